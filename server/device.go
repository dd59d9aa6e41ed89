package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	"umbral/server/device"
)

// Exit codes of the device beyond those that every command has.
const (
	// 3 was "sign in again": sending needs no session any more.
	exitAway = 4 // the server was away for too long: nothing is lost, run again
)

// passwordVariable holds the password; it is never asked for and never a flag,
// for flags stand in the list of processes.
const passwordVariable = "UMBRAL_PASSWORD"

const deviceUsage = `usage: server device COMMAND
  enrol --server URL --user U --state FILE --code C [--name N]
                       sign in (password in UMBRAL_PASSWORD), enrol with the code
                       that a supervisor gave, write FILE; compare the fingerprint
  seal --state FILE    clear records in, envelopes out, one JSON a line; no network
  sync --state FILE    clear records or envelopes in, one {id, status, reason} a line out
exit codes: 0 all done, 1 something could not be done (too many attempts to sign
in: it says when to try again), 2 wrong command line, 4 the server was away for
30 seconds. sync needs no session: it works after the user signed out. Set
UMBRAL_PASSWORD where it says that new keys could not be fetched`

func runDevice(ctx context.Context, args []string, std streams) int {
	if len(args) > 0 {
		switch args[0] {
		case "enrol":
			return deviceEnrol(ctx, args[1:], std)
		case "seal":
			return deviceSeal(args[1:], std)
		case "sync":
			return deviceSync(ctx, args[1:], std)
		case "help", "-h", "--help":
			fmt.Fprintln(std.out, deviceUsage)
			return exitOK
		}
	}
	fmt.Fprintln(std.err, deviceUsage)
	return exitUsage
}

// deviceFlags parses args; without all that is required it says so.
func deviceFlags(name string, args []string, std streams, define func(*flag.FlagSet), required ...string) bool {
	fs := flag.NewFlagSet("server device "+name, flag.ContinueOnError)
	fs.SetOutput(std.err)
	define(fs)
	if fs.Parse(args) != nil {
		return false
	}
	if fs.NArg() > 0 {
		fmt.Fprintf(std.err, "server device %s: %q is one word too many\n", name, fs.Arg(0))
		return false
	}
	for _, r := range required {
		if fs.Lookup(r).Value.String() == "" {
			fmt.Fprintf(std.err, "server device %s: --%s is missing\n", name, r)
			return false
		}
	}
	return true
}

func deviceEnrol(ctx context.Context, args []string, std streams) int {
	in := device.Enrolment{Password: os.Getenv(passwordVariable)}
	ok := deviceFlags("enrol", args, std, func(fs *flag.FlagSet) {
		fs.StringVar(&in.Server, "server", "", "address of the server, such as https://umbral.example.mx")
		fs.StringVar(&in.Username, "user", "", "account name")
		fs.StringVar(&in.Path, "state", "", "file to write; it must not exist")
		fs.StringVar(&in.Code, "code", "", "enrolment code that a supervisor gave")
		fs.StringVar(&in.Name, "name", "command line", "name in the agency's list of devices")
	}, "server", "user", "state", "code")
	if !ok {
		return exitUsage
	}
	if in.Password == "" {
		fmt.Fprintf(std.err, "server device enrol: set %s to the password of %s\n", passwordVariable, in.Username)
		return exitUsage
	}
	if device.IsClear(in.Server) {
		fmt.Fprintln(std.err, "server device enrol: warning: http to another machine sends the password readable; use https")
	}
	s, err := device.Enrol(ctx, in)
	if err != nil {
		return deviceFailed("enrol", err, std)
	}
	return printLine(std, map[string]string{"device": s.Device, "state": in.Path, "server_fingerprint": s.Fingerprint()})
}

func deviceSeal(args []string, std streams) int {
	s, code := deviceState("seal", args, std)
	if s == nil {
		return code
	}
	bad, err := s.Seal(std.in, std.out, complainTo(std, "seal"))
	return deviceEnd("seal", bad, err, std)
}

func deviceSync(ctx context.Context, args []string, std streams) int {
	s, code := deviceState("sync", args, std)
	if s == nil {
		return code
	}
	run := device.Sync{State: s, Password: os.Getenv(passwordVariable), Complain: complainTo(std, "sync")}
	bad, err := run.Run(ctx, std.in, std.out)
	return deviceEnd("sync", bad, err, std)
}

// deviceState reads the one flag that seal and sync have.
func deviceState(name string, args []string, std streams) (*device.State, int) {
	var path string
	if !deviceFlags(name, args, std, func(fs *flag.FlagSet) {
		fs.StringVar(&path, "state", "", "file that \"server device enrol\" wrote")
	}, "state") {
		return nil, exitUsage
	}
	s, err := device.Load(path)
	if err != nil {
		return nil, deviceFailed(name, err, std)
	}
	return s, exitOK
}

func complainTo(std streams, name string) func(string) {
	return func(text string) { fmt.Fprintf(std.err, "server device %s: %s\n", name, text) }
}

func deviceEnd(name string, bad int, err error, std streams) int {
	switch {
	case err != nil:
		return deviceFailed(name, err, std)
	case bad > 0:
		fmt.Fprintf(std.err, "server device %s: %d lines could not be read; the others are done\n", name, bad)
		return exitFailure
	}
	return exitOK
}

func deviceFailed(name string, err error, std streams) int {
	fmt.Fprintf(std.err, "server device %s: %v\n", name, err)
	if errors.Is(err, device.ErrAway) {
		return exitAway
	}
	return exitFailure
}
