package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"umbral/protocols"
	"umbral/server/access"
	"umbral/server/auth"
	"umbral/server/problem"
)

const (
	demoPasswordFile = "demo-password"
	demoPasswordEnv  = "UMBRAL_DEMO_PASSWORD"
	demoCodeFile     = "demo-code"
	demoCodeEnv      = "UMBRAL_DEMO_CODE"
	demoMinCode      = 8  // characters
	demoMaxCode      = 64 // characters
	// demoMinPassword is in characters: the demo is on loopback and its people are
	// invented, so whoever tries it may choose a shorter one than the real rule's.
	demoMinPassword = 8
	demoAgency      = "demo"
	otherAgency     = "demo-otra"
)

// demoAgencies: the second shows that nobody sees what belongs to the first.
var demoAgencies = []auth.Agency{
	{ID: demoAgency, Name: "Inspección de demostración", Region: "25", Authority: "labour"},
	{ID: otherAgency, Name: "Otra autoridad de demostración", Region: "02", Authority: "labour"},
}

// demoAll lets a supervisor read every post and region: the demo shows all.
var demoAll = []string{access.Any}

// demoAccounts are one of every role, of translators three, for no text is judged
// by its author; what belongs to the other agency says so.
var demoAccounts = []auth.NewAccount{
	{Username: "inspectora", Display: "Inspectora", Account: access.Agent, Post: "labour_inspector", Agency: demoAgency},
	{Username: "agente", Display: "Agente", Account: access.Agent, Post: "migration_agent", Agency: demoAgency},
	{Username: "salud", Display: "Personal de salud", Account: access.Agent, Post: "health_worker", Agency: demoAgency},
	{Username: "supervisora", Display: "Supervisora", Account: access.Supervisor, Agency: demoAgency,
		Posts: demoAll, Regions: demoAll, Tasks: access.Tasks()},
	{Username: "admin", Display: "Administración", Account: access.Admin, Agency: demoAgency},
	{Username: "traductora", Display: "Traductora", Account: access.Translator, Agency: demoAgency},
	{Username: "retraductora", Display: "Quien traduce de vuelta", Account: access.Translator, Agency: demoAgency},
	{Username: "revisora", Display: "Segunda lectora", Account: access.Translator, Agency: demoAgency},
	{Username: "analista", Display: "Analista", Account: access.Analyst, Agency: demoAgency,
		Tasks: []string{access.Children, access.Sensitive}},
	{Username: "otra-inspectora", Display: "Inspectora de otra autoridad", Account: access.Agent, Post: "labour_inspector", Agency: otherAgency},
	{Username: "otra-supervisora", Display: "Supervisora de otra autoridad", Account: access.Supervisor, Agency: otherAgency,
		Posts: demoAll, Regions: demoAll, Tasks: []string{access.Children}},
}

func runDemo(ctx context.Context, args []string, io streams) int {
	v, _, err := parseSettings("demo", args, osEnvironment, 0)
	if errors.Is(err, flag.ErrHelp) {
		return runHelp(ctx, nil, io)
	}
	if err == nil {
		err = demo(ctx, v, io)
	}
	if err != nil {
		return usage(io, "demo", err)
	}
	return exitOK
}

func demo(ctx context.Context, v values, io streams) error {
	if !loopback(v["addr"]) {
		return fmt.Errorf("%w: the demo's accounts are printed, so it listens on this machine only; "+
			"give --addr localhost:PORT, or run \"server serve\" for the real thing", errUsage)
	}
	if n := utf8.RuneCountInString(v[demoCodeEnv]); n > 0 && (n < demoMinCode || n > demoMaxCode) {
		return fmt.Errorf("%w: %s must have %d to %d characters", errUsage, demoCodeEnv, demoMinCode, demoMaxCode)
	}
	if err := protocols.Verify(); err != nil {
		return fmt.Errorf("the protocols inside this program are not what was published; build it again from what was reviewed:\n%w", err)
	}
	if err := dataFolder(v["data"]); err != nil {
		return err
	}
	log := newLog(io.err)
	master, err := masterOf(ctx, v, nil) // invented people: where the key lies is no warning
	if err != nil {
		return err
	}
	languages, err := languagesIn(v["locales"])
	if err != nil {
		return err
	}
	n, err := openNode(ctx, v["data"], master, nil, languages, log)
	if err != nil {
		return err
	}
	n.auth.MinPassword = demoMinPassword
	if given := v[demoPasswordEnv]; given != "" && n.auth.CheckPassword(given) != nil {
		err := fmt.Errorf("%w: %s must have %d to %d characters", errUsage, demoPasswordEnv, demoMinPassword, auth.MaxPassword)
		return errors.Join(err, n.close())
	}
	n.auth.AllowUnbound = true
	password, err := n.prepareDemo(ctx, v[demoPasswordEnv], v[demoCodeEnv])
	if err != nil {
		return errors.Join(fmt.Errorf("prepare the demo: %w", err), n.close())
	}
	listeners, err := listen(v["addr"])
	if err != nil {
		return errors.Join(fmt.Errorf("listen: %w; choose another --addr", err), n.close())
	}
	_, port, _ := net.SplitHostPort(listeners[0].Addr().String())
	if err := n.passkeys([]string{"http://localhost:" + port}); err != nil {
		return errors.Join(err, n.close())
	}
	metrics, err := listenMetrics(v["metrics-addr"])
	if err != nil {
		log.Warn("no metrics", "error", err.Error()) // a second demo may run beside this one
	}
	n.proofs.Origins = demoOrigins(listeners[0].Addr())
	printDemo(io, listeners[0].Addr(), password, n.auth.OpenCode)
	return n.serve(ctx, listeners, metrics)
}

// prepareDemo makes what a new folder lacks, and gives the accounts' password.
// A start that was killed halfway is finished by the next.
func (n *node) prepareDemo(ctx context.Context, given, code string) (string, error) {
	if err := n.refuseReal(ctx); err != nil {
		return "", err
	}
	password, old, err := demoSecret(filepath.Join(n.dir, demoPasswordFile), given)
	if err != nil {
		return "", err
	}
	path := filepath.Join(n.dir, demoCodeFile)
	code, kept, err := demoSecret(path, code)
	if err == nil && code != kept {
		err = writeSecret(path, code+"\n")
	}
	if err != nil {
		return "", err
	}
	n.auth.OpenCode = code
	for _, g := range demoAgencies {
		if _, err := n.auth.CreateAgency(ctx, auth.Operator, g); err != nil && !isConflict(err) {
			return "", err
		}
	}
	for _, a := range demoAccounts {
		if err := n.demoAccount(ctx, a, password, old != "" && password != old); err != nil {
			return "", fmt.Errorf("account %s: %w", a.Username, err)
		}
	}
	if password != old {
		if err := writeSecret(filepath.Join(n.dir, demoPasswordFile), password+"\n"); err != nil {
			return "", err
		}
	}
	return password, n.seedDemo(ctx)
}

// demoSecret is what was given, or else what the file holds, or else a new one.
func demoSecret(path, given string) (secret, old string, err error) {
	kept, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", "", err
	}
	old = strings.TrimSpace(string(kept))
	return cmp.Or(given, old, rand.Text()), old, nil
}

// demoOrigins are what a browser may call the demo.
func demoOrigins(addr net.Addr) (origins []string) {
	_, port, _ := net.SplitHostPort(addr.String())
	for _, host := range []string{"localhost", "127.0.0.1", "::1"} {
		origins = append(origins, "http://"+net.JoinHostPort(host, port))
	}
	return origins
}

// refuseReal keeps invented people and printed passwords out of real data.
func (n *node) refuseReal(ctx context.Context) error {
	some, err := n.hasAccounts(ctx)
	if err != nil || !some {
		return err
	}
	if _, err := n.store.Agency(ctx, demoAgency); problem.KindOf(err) == problem.NotFound {
		return fmt.Errorf("%w: %s holds real data, not a demo; give another folder with --data", errUsage, n.dir)
	} else if err != nil {
		return err
	}
	return nil
}

// refuseDemo keeps accounts whose password was printed off the real server.
func (n *node) refuseDemo(ctx context.Context) error {
	_, err := n.store.Agency(ctx, demoAgency)
	if problem.KindOf(err) == problem.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("%w: %s holds a demo, whose accounts have a printed password; give another folder with --data", errUsage, n.dir)
}

// demoAccount makes an account that is missing; it gives one that exists the
// password only where that changed, for a new password ends its sessions.
func (n *node) demoAccount(ctx context.Context, a auth.NewAccount, password string, changed bool) error {
	a.Password = password
	have, _, err := n.store.AccountByName(ctx, a.Username)
	switch {
	case problem.KindOf(err) == problem.NotFound:
		_, err = n.auth.CreateAccount(ctx, auth.Operator, a)
		return err
	case err != nil:
		return err
	case changed:
		err = n.auth.SetPassword(ctx, auth.Operator, have.ID, password)
	}
	if err == nil && len(have.Tasks) == 0 && len(a.Tasks) > 0 { // made by an older demo
		err = n.auth.SetReading(ctx, auth.Operator, have.ID, auth.Reading{Posts: a.Posts, Regions: a.Regions, Tasks: a.Tasks})
	}
	return err
}

// writeSecret replaces a file whole, readable by the owner alone.
func writeSecret(path, text string) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // 0600
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// printDemo says where to go and who to be.
func printDemo(io streams, addr net.Addr, password, code string) {
	_, port, _ := net.SplitHostPort(addr.String())
	fmt.Fprintf(io.out, "Umbral demo: http://localhost:%s\n", port)
	fmt.Fprintf(io.out, "invented people only; do not enter real data\n\npassword of every account: %s\ncode that enrols a device:  %s\n\n", password, code)
	t := tabwriter.NewWriter(io.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "account\trole\tpost\tagency")
	for _, a := range demoAccounts {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", a.Username, a.Account, a.Post, a.Agency)
	}
	_ = t.Flush()
	fmt.Fprintln(io.out, "\nCtrl-C stops it; the next start on the same folder goes on where it was")
}
