package main

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"umbral/protocols"
	"umbral/screening"
)

// maxAgeYears is the highest age that a walk takes: the engine's own bound.
const maxAgeYears = 120

// runFlags are what "protocol run" was asked for.
type runFlags struct {
	id                                string
	meets, age, sex, role, setting    string
	version                           int
	declineAll, asJSON, wantDetection bool
}

// walkedJSON is what --json prints.
type walkedJSON struct {
	Protocol    string               `json:"protocol"`
	Version     int                  `json:"version"`
	SHA256      string               `json:"sha256"`
	Asked       []string             `json:"asked"`
	AskedPerson int                  `json:"asked_person"`
	Assessment  screening.Assessment `json:"assessment"`
}

func protocolRun(args []string, std streams) int {
	flags, err := parseRunFlags(args, std)
	if err != nil {
		return exitUsage
	}
	p, err := protocols.Get(flags.id, flags.version)
	switch {
	case errors.Is(err, protocols.ErrUnknown):
		fmt.Fprintf(std.err, "server protocol run: no published protocol %s; \"server protocol list\" shows them\n", flags.named())
		return exitUsage
	case err != nil:
		fmt.Fprintf(std.err, "server protocol run: %v\n", err)
		return exitFailure
	}
	want, unknown, err := flags.want(protocols.Codebook())
	if err != nil {
		fmt.Fprintf(std.err, "server protocol run: %v\n", err)
		return exitUsage
	}
	if len(unknown) > 0 {
		fmt.Fprintf(std.err, "server protocol run: not an indicator of the codebook: %s\n", strings.Join(unknown, ", "))
		return exitUnmeetable
	}
	flags.warn(p.Protocol, std)
	walked, err := screening.Walk(&p.Protocol, want)
	var cannot *screening.Unmeetable
	if errors.As(err, &cannot) {
		fmt.Fprintf(std.err, "server protocol run: %v\n", cannot)
		return exitUnmeetable
	}
	switch {
	case flags.asJSON:
		return printJSON(std, walkedJSON{p.Protocol.ID, p.Protocol.Version, p.SHA256, walked.Asked, walked.AskedPerson, walked.Assessment})
	case flags.wantDetection:
		d, err := detectionOf(p, walked, time.Now())
		if err != nil {
			fmt.Fprintf(std.err, "server protocol run: %v\n", err)
			return exitFailure
		}
		return printLine(std, d)
	}
	return printWalk(std, p, walked, time.Now().Year())
}

func parseRunFlags(args []string, std streams) (f runFlags, err error) {
	set := flag.NewFlagSet("run", flag.ContinueOnError)
	set.StringVar(&f.meets, "meets", "", "")
	set.StringVar(&f.age, "age", "", "")
	set.StringVar(&f.sex, "sex", "", "")
	set.StringVar(&f.role, "role", "", "")
	set.StringVar(&f.setting, "setting", "", "")
	set.IntVar(&f.version, "version", 0, "")
	set.BoolVar(&f.declineAll, "decline-all", false, "")
	set.BoolVar(&f.asJSON, "json", false, "")
	set.BoolVar(&f.wantDetection, "detection", false, "")
	words, err := parseProtocolFlags(set, args, std)
	if err != nil {
		return f, err
	}
	if len(words) != 1 {
		fmt.Fprintln(std.err, "server protocol run: name one protocol, as in: server protocol run labour-agriculture")
		return f, errUsageShown
	}
	if f.asJSON && f.wantDetection {
		fmt.Fprintln(std.err, "server protocol run: --json and --detection do not go together; choose one")
		return f, errUsageShown
	}
	f.id = words[0]
	return f, nil
}

func (f runFlags) named() string {
	if f.version == 0 {
		return strconv.Quote(f.id)
	}
	return fmt.Sprintf("%q version %d", f.id, f.version)
}

// want turns the flags into what the engine is to walk. unknown are wanted codes
// that are no indicators; err is a wrong value of another flag.
func (f runFlags) want(book *protocols.Book) (w screening.Want, unknown []string, err error) {
	w = screening.Want{Sex: f.sex, Role: f.role, Setting: f.setting, DeclineAll: f.declineAll}
	for _, c := range []struct{ flag, list, value string }{
		{"sex", protocols.ListSexes, f.sex}, {"role", protocols.ListRoles, f.role}, {"setting", protocols.ListSettings, f.setting},
	} {
		if c.value != "" && !book.Has(c.list, c.value) {
			return w, nil, fmt.Errorf("--%s %q is not known; use one of: %s", c.flag, c.value, strings.Join(book.List(c.list).Codes(), ", "))
		}
	}
	switch years, bad := strconv.Atoi(f.age); {
	case f.age == "":
	case f.age == screening.Unknown:
		w.AgeUnknown = true
	case bad != nil || years < 0 || years > maxAgeYears:
		return w, nil, fmt.Errorf("--age %q is not an age; give whole years from 0 to %d, or unknown", f.age, maxAgeYears)
	default:
		w.Age = &years
	}
	for _, code := range strings.Split(f.meets, ",") {
		if code = strings.TrimSpace(code); code == "" {
			continue
		}
		w.Meets = append(w.Meets, code)
		if !book.Has(protocols.ListIndicators, code) {
			unknown = append(unknown, code)
		}
	}
	return w, unknown, nil
}

// warn says where the protocol was not made for the post or the place.
func (f runFlags) warn(p screening.Protocol, std streams) {
	for _, c := range []struct {
		what, value string
		named       []string
	}{{"role", f.role, p.Roles}, {"setting", f.setting, p.Settings}} {
		if c.value != "" && !slices.Contains(c.named, c.value) {
			fmt.Fprintf(std.err, "warning: the protocol %s does not name the %s %s; it names: %s\n", p.ID, c.what, c.value, strings.Join(c.named, ", "))
		}
	}
}
