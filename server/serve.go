package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"

	"umbral/locales"
	"umbral/protocols"
)

// newLog writes JSON lines to w; package web says what never stands in them.
func newLog(w io.Writer) *slog.Logger { return slog.New(slog.NewJSONHandler(w, nil)) }

func runServe(ctx context.Context, args []string, io streams) int {
	v, _, err := parseSettings("serve", args, osEnvironment, 0)
	if errors.Is(err, flag.ErrHelp) {
		return runHelp(ctx, nil, io)
	}
	if err != nil {
		return usage(io, "serve", err)
	}
	if err := serve(ctx, v, io); err != nil {
		return usage(io, "serve", err)
	}
	return exitOK
}

func serve(ctx context.Context, v values, io streams) error {
	how, err := networkOf(v)
	if err != nil {
		return err
	}
	if err := protocols.Verify(); err != nil {
		return fmt.Errorf("the protocols inside this program are not what was published; build it again from what was reviewed:\n%w", err)
	}
	if err := dataFolder(v["data"]); err != nil {
		return err
	}
	languages, err := languagesIn(v["locales"])
	if err != nil {
		return err
	}
	var certs *certificates
	if how.cert != "" {
		if certs, err = newCertificates(how.cert, how.key); err != nil {
			return fmt.Errorf("%w; check --tls-cert and --tls-key", err)
		}
	}
	metrics, err := listenMetrics(v["metrics-addr"])
	if err != nil {
		return err
	}
	log := newLog(io.err)
	master, err := masterOf(ctx, v, log)
	if err != nil {
		return err
	}
	n, err := openNode(ctx, v["data"], master, how.proxy, languages, log)
	if err != nil {
		return err
	}
	if err := n.refuseDemo(ctx); err != nil {
		return errors.Join(err, n.close())
	}
	if err := n.askFactors(v); err != nil {
		return errors.Join(err, n.close())
	}
	code, err := n.setupCode(ctx)
	if err != nil {
		return errors.Join(err, n.close())
	}
	listeners, err := listen(how.addr)
	if err != nil {
		return errors.Join(fmt.Errorf("listen: %w; choose another --addr", err), n.close())
	}
	scheme := "http"
	if certs != nil {
		scheme = "https"
		for i := range listeners {
			listeners[i] = certs.wrap(listeners[i])
		}
	}
	fmt.Fprintf(io.out, "listening on %s://%s\n", scheme, listeners[0].Addr())
	if code != "" {
		offerSetup(io, scheme, listeners[0].Addr(), code)
	}
	return n.serve(ctx, listeners, metrics)
}

// setupCode is a one-time code while nobody can sign in, else empty.
func (n *node) setupCode(ctx context.Context) (string, error) {
	code, err := n.auth.ArmSetup(ctx)
	if isConflict(err) {
		return "", nil
	}
	return code, err
}

// offerSetup prints where the first administrator is made, and with which code.
func offerSetup(io streams, scheme string, addr net.Addr, code string) {
	host, port, _ := net.SplitHostPort(addr.String())
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() || ip.IsLoopback() {
		host = "localhost" // a browser gives the page its keys over https, or from this machine
	}
	fmt.Fprintf(io.out, "nobody can sign in yet; open %s://%s/#/setup to make the first administrator\n"+
		"one-time setup code: %s\n"+
		"the next start makes another; programs give it with POST /api/v1/setup\n", scheme, net.JoinHostPort(host, port), code)
}

// dataFolder refuses what cannot be a data folder, and one that others can read.
func dataFolder(dir string) error {
	if dir == "" {
		return fmt.Errorf("%w: --data is empty; name the folder of the database and the keys", errUsage)
	}
	info, err := os.Stat(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil // it will be made
	}
	if err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	if !info.IsDir() {
		return fmt.Errorf("%w: --data %s is a file; name a folder", errUsage, dir)
	}
	keys, err := os.Stat(filepath.Join(dir, keysDir))
	if err == nil && keys.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s can be read by other users of this machine; run: chmod 700 %[1]s", filepath.Join(dir, keysDir))
	}
	return nil
}

// languagesIn are the languages with the folder dir over them, where one is named;
// they were read once, so that everything wrong with it is said before anything
// is opened.
func languagesIn(dir string) (locales.Options, error) {
	if dir == "" {
		return locales.Options{}, nil
	}
	o := locales.Options{Dir: os.DirFS(dir)}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return o, fmt.Errorf("%w: --locales %s is no folder; \"server locale add\" makes one", errUsage, dir)
	}
	if _, err := loadLocales(o); err != nil {
		return o, fmt.Errorf("the languages of %s are not used, and the server does not start, until this is put right:\n%w", dir, err)
	}
	return o, nil
}

// listenMetrics is nil for an empty address.
func listenMetrics(addr string) (net.Listener, error) {
	if addr == "" {
		return nil, nil
	}
	if _, _, err := net.SplitHostPort(addr); err != nil {
		return nil, fmt.Errorf("%w: --metrics-addr %q is not HOST:PORT; leave it empty for no metrics", errUsage, addr)
	}
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("metrics: %w; choose another --metrics-addr, or an empty one for none", err)
	}
	return ln, nil
}
