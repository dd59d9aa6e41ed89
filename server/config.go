package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// setting is one thing an operator may set. A flag wins over the variable, the
// variable over the default. This table is what the parsers read and what
// "server help" prints, so that neither can know more than the other.
type setting struct {
	flag     string // empty: by variable only (a secret must not stand in the list of processes)
	env      string
	fallback string
	help     string
	commands string // the commands that take it
}

// withMaster are the commands that open records.
const withMaster = "serve demo backup check keys audit"

var settings = []setting{
	{"data", "UMBRAL_DATA", "./data", "folder of the database, the keys and the demo password", "serve demo backup check health keys factors audit"},
	{"addr", "UMBRAL_ADDR", "localhost:8080", "address to listen on; the demo takes only a loopback one", "serve demo"},
	{"tls-cert", "UMBRAL_TLS_CERT", "", "file with the TLS certificate chain (PEM)", "serve"},
	{"tls-key", "UMBRAL_TLS_KEY", "", "file with the certificate's private key (PEM)", "serve"},
	{"behind-proxy", "UMBRAL_BEHIND_PROXY", "", "addresses or CIDR ranges, by commas, of the proxy that does TLS for this server", "serve"},
	{"proxy-header", "UMBRAL_PROXY_HEADER", "", "header in which that proxy writes the caller's address over whatever was there, as X-Real-IP", "serve"},
	{"origin", "UMBRAL_ORIGIN", "", "addresses of this server as phones see it, by commas, as https://umbral.example.mx: proofs for others are refused. Without one any is taken, and there are no passkeys", "serve"},
	{"breached-passwords", "UMBRAL_BREACHED_PASSWORDS", "", "file of SHA-1 hashes of breached passwords, ordered by hash, that nobody may choose", "serve"},
	{"locales", "UMBRAL_LOCALES", "", "folder of languages laid over those of the program: a registry.json and a folder for each, as server locale add makes them", "serve demo"},
	{"metrics-addr", "UMBRAL_METRICS_ADDR", "localhost:9091", "address of the listener for /metrics alone; empty: no metrics", "serve demo"},
	{"master-key-command", "UMBRAL_MASTER_KEY_COMMAND", "", "program, with its arguments, that prints the master key of the records (32 bytes, raw or base64); run once at start, without a shell", withMaster},
	{"", masterEnv, "", "the master key in base64; where neither this nor a command nor a file is given, DATA/keys/master.key is made", withMaster},
	{"master-key-file", "UMBRAL_MASTER_KEY_FILE", "", "file with the master key", withMaster},
	{"new-master-key-command", "UMBRAL_NEW_MASTER_KEY_COMMAND", "", "as above, of the key that keys rotate-master changes to", "keys"},
	{"", newMasterEnv, "", "as above, of the key that keys rotate-master changes to", "keys"},
	{"new-master-key-file", "UMBRAL_NEW_MASTER_KEY_FILE", "", "as above, of the key that keys rotate-master changes to", "keys"},
	{"heads", "UMBRAL_HEADS", "", "file of signed heads, one a line, that audit verify holds the book against", "audit"},
	{"keep-days", "UMBRAL_KEEP_DAYS", strconv.Itoa(defaultKeepDays), "days after which keys backup removes its older copies", "keys"},
	{"", "UMBRAL_DEMO_PASSWORD", "", "password of the demo's accounts; where it is not set, one is made and kept in DATA/demo-password", "demo"},
	{"", "UMBRAL_DEMO_CODE", "", "code that enrols devices in the demo, 8 to 64 characters; where it is not set, one is made and kept in DATA/demo-code", "demo"},
	{"", "UMBRAL_PASSWORD", "", "password of the account that enrols a command-line device", "device"},
}

// environment looks a variable up, as os.LookupEnv does.
type environment func(name string) (string, bool)

// values are the settings of one command, by flag name or, without one, variable.
type values map[string]string

// errUsage marks an error that the command line or a variable caused.
var errUsage = errors.New("usage")

// parseSettings reads args and the environment for command. rest is what
// follows the flags, at most maxRest words; a word more is an error.
func parseSettings(command string, args []string, env environment, maxRest int) (values, []string, error) {
	v := values{}
	set := flag.NewFlagSet(command, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	pointers := map[string]*string{}
	for _, s := range settings {
		if !s.takes(command) {
			continue
		}
		value := s.fallback
		if given, ok := env(s.env); ok {
			value = given
		}
		if s.flag == "" {
			v[s.env] = value
			continue
		}
		pointers[s.flag] = set.String(s.flag, value, s.help)
	}
	rest, err := parseMixed(set, args)
	if errors.Is(err, flag.ErrHelp) {
		return nil, nil, err
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %s; \"server help\" lists the settings", errUsage, err)
	}
	if len(rest) > maxRest {
		return nil, nil, fmt.Errorf("%w: %q is one word too many; \"server help\" shows how %s is called", errUsage, rest[maxRest], command)
	}
	for name, p := range pointers {
		v[name] = *p
	}
	return v, rest, nil
}

// parseMixed lets flags stand after words too: backup FILE --data DIR.
func parseMixed(set *flag.FlagSet, args []string) (words []string, err error) {
	for {
		if err := set.Parse(args); err != nil {
			return nil, err
		}
		if set.NArg() == 0 {
			return words, nil
		}
		words = append(words, set.Arg(0))
		args = set.Args()[1:]
	}
}

func (s setting) takes(command string) bool {
	for c := range strings.FieldsSeq(s.commands) {
		if c == command {
			return true
		}
	}
	return false
}

// printSettings writes the table, each setting with its default.
func printSettings(w io.Writer) {
	fmt.Fprintln(w, "\nsettings, by flag or variable (a flag wins), with their defaults:")
	for _, s := range settings {
		name := s.env
		if s.flag != "" {
			name = "--" + s.flag + ", " + s.env
		}
		fallback := s.fallback
		if fallback == "" {
			fallback = "(empty)"
		}
		fmt.Fprintf(w, "  %-38s %s\n%41s%s [%s]\n", name, fallback, "", s.help, strings.ReplaceAll(s.commands, " ", ", "))
	}
}

// proxy is the one that does TLS before us.
type proxy struct {
	from   []string // addresses and CIDR ranges
	header string
}

// network is how the server is reached.
type network struct {
	addr      string
	cert, key string // both or none
	proxy     *proxy // nil: callers come directly
}

// forwarded is the header that most proxies only add to, so that its first
// address is whatever the caller wrote.
const forwarded = "x-forwarded-for"

// networkOf refuses what would send a session or a record in clear over a
// network, or would believe a caller about its own address.
func networkOf(v values) (network, error) {
	n := network{addr: v["addr"], cert: v["tls-cert"], key: v["tls-key"]}
	if _, _, err := net.SplitHostPort(n.addr); err != nil {
		return n, fmt.Errorf("%w: --addr %q is not HOST:PORT; give for example --addr localhost:8080", errUsage, n.addr)
	}
	if (n.cert == "") != (n.key == "") {
		return n, fmt.Errorf("%w: --tls-cert and --tls-key belong together; give both files or none", errUsage)
	}
	var err error
	if n.proxy, err = proxyOf(v["behind-proxy"], v["proxy-header"]); err != nil {
		return n, err
	}
	switch {
	case n.cert != "" && n.proxy != nil:
		return n, fmt.Errorf("%w: give --tls-cert and --tls-key or --behind-proxy, not both; only one of the two does TLS", errUsage)
	case n.cert == "" && n.proxy == nil && !loopback(n.addr):
		return n, fmt.Errorf("%w: --addr %s is reachable from other machines, and without TLS the records' sessions could be read on the way; "+
			"give --tls-cert FILE --tls-key FILE, or --behind-proxy ADDRESS --proxy-header NAME, or listen on localhost", errUsage, n.addr)
	}
	return n, nil
}

func proxyOf(from, header string) (*proxy, error) {
	if from == "" && header == "" {
		return nil, nil
	}
	if from == "" || header == "" {
		return nil, fmt.Errorf("%w: --behind-proxy and --proxy-header belong together; "+
			"give for example --behind-proxy 10.0.0.2 --proxy-header X-Real-IP", errUsage)
	}
	if strings.ToLower(header) == forwarded {
		return nil, fmt.Errorf("%w: --proxy-header %s: callers can write into it; "+
			"let the proxy set one header to the caller's address, as X-Real-IP, and name that", errUsage, header)
	}
	p := &proxy{header: header}
	for one := range strings.SplitSeq(from, ",") {
		one = strings.TrimSpace(one)
		if addr, err := netip.ParseAddr(one); err == nil {
			p.from = append(p.from, addr.String())
			continue
		}
		prefix, err := netip.ParsePrefix(one)
		if err != nil {
			return nil, fmt.Errorf("%w: --behind-proxy %q is neither an address nor a CIDR range; give for example 10.0.0.2 or 10.0.0.0/24", errUsage, one)
		}
		if prefix.Bits() == 0 {
			return nil, fmt.Errorf("%w: --behind-proxy %s would trust every caller; name the proxy's own address", errUsage, one)
		}
		p.from = append(p.from, prefix.String())
	}
	return p, nil
}

// loopback says whether only this machine can reach addr. A name is taken for
// loopback only if it is localhost: what others mean can change.
func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// listen opens every listener that addr stands for: for localhost 127.0.0.1
// and, where this machine has it, ::1, for a browser may take either.
func listen(addr string) ([]net.Listener, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	if host != "localhost" {
		ln, err := net.Listen("tcp", addr)
		if err != nil {
			return nil, err
		}
		return []net.Listener{ln}, nil
	}
	four, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		return nil, err
	}
	_, port, err = net.SplitHostPort(four.Addr().String()) // the real one where 0 was asked
	if err != nil {
		return nil, errors.Join(err, four.Close())
	}
	six, err := net.Listen("tcp6", net.JoinHostPort("::1", port))
	switch {
	case errors.Is(err, syscall.EADDRINUSE): // a browser that takes ::1 would talk to that other program
		return nil, errors.Join(err, four.Close())
	case err != nil: // this machine has no ::1
		return []net.Listener{four}, nil
	}
	return []net.Listener{four, six}, nil
}

// usage writes err for the operator and gives the exit code that fits it.
func usage(io streams, command string, err error) int {
	text := strings.TrimPrefix(err.Error(), errUsage.Error()+": ")
	fmt.Fprintf(io.err, "server %s: %s\n", command, text)
	if errors.Is(err, errUsage) {
		return exitUsage
	}
	return exitFailure
}

func osEnvironment(name string) (string, bool) { return os.LookupEnv(name) }
