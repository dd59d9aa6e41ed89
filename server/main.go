// Command server is Umbral: the screening server, its demo, and the tools of
// operators, authors and command-line devices. Main keeps commands and wiring.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// Exit codes shared by every command.
const (
	exitOK      = 0
	exitFailure = 1 // what was asked could not be done
	exitUsage   = 2 // the command line is wrong
)

// streams are what a command reads and writes, so that tests can hold them.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// command is one word of the command line. run gets what follows the word.
type command struct {
	name, summary string
	run           func(ctx context.Context, args []string, io streams) int
}

// commands is the one list; help prints it in this order.
func commands() []command {
	return []command{
		{"demo", "run a demo with invented people on this machine: http://localhost:8080", runDemo},
		{"serve", "run the server; the first start prints a one-time setup code", runServe},
		{"backup", "write a whole copy of the store to FILE, the server may be running", runBackup},
		{"check", "read the whole store and say what is wrong with it", runCheck},
		{"health", "say whether the server on the data folder answers", runHealth},
		{"keys", "keys rotate | rotate-root | rotate-master | backup DIR | forget-lost: the keys of a data folder", runKeys},
		{"audit", "audit head | verify [--heads FILE]: sign what the book of acts is now, or hold it against what was signed", runAudit},
		{"factors", "factors reset USERNAME: forget somebody's second factors, for who lost phone and recovery codes", runFactors},
		{"help", "show the commands, or every setting with its default", runHelp},
		{"protocol", "list, lint, compare, print, simulate, publish, withdraw or walk protocols", runProtocol},
		{"locale", "how far each language is; start a new one", runLocale},
		{"device", "a device without a screen: enrol, seal, sync", runDevice},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

func run(ctx context.Context, args []string, io streams) int {
	if len(args) == 0 {
		args = []string{"help"}
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return c.run(ctx, args[1:], io)
		}
	}
	fmt.Fprintf(io.err, "server: unknown command %q; \"server help\" lists them\n", args[0])
	return exitUsage
}

func runHelp(_ context.Context, _ []string, io streams) int {
	fmt.Fprintln(io.out, "usage: server COMMAND [flags]")
	for _, c := range commands() {
		fmt.Fprintf(io.out, "  %-10s %s\n", c.name, c.summary)
	}
	printSettings(io.out)
	return exitOK
}
