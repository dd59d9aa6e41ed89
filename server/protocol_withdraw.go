package main

import (
	"flag"
	"fmt"
	"time"

	"umbral/protocols"
)

// protocolWithdraw writes that a published version must not be begun any more.
func protocolWithdraw(args []string, std streams) int {
	set := flag.NewFlagSet("withdraw", flag.ContinueOnError)
	reason := set.String("reason", "", "")
	on := set.String("on", time.Now().UTC().Format(time.DateOnly), "")
	dir := set.String("dir", "protocols", "")
	words, err := parseProtocolFlags(set, args, std)
	if err != nil {
		return exitUsage
	}
	if len(words) != 1 {
		fmt.Fprintln(std.err, `server protocol withdraw: name one version, as in: server protocol withdraw labour-agriculture@1 --reason "one question leads the person"`)
		return exitUsage
	}
	id, version, err := protocols.ParseRef(words[0])
	if err != nil {
		fmt.Fprintf(std.err, "server protocol withdraw: %v\n", err)
		return exitUsage
	}
	day, err := time.Parse(time.DateOnly, *on)
	if err != nil {
		fmt.Fprintf(std.err, "server protocol withdraw: --on %q is not a date; write it as 2026-11-25\n", *on)
		return exitUsage
	}
	if *reason == "" {
		fmt.Fprintln(std.err, "server protocol withdraw: give --reason: supervisors will ask why")
		return exitUsage
	}
	if err := protocols.Withdraw(*dir, id, version, day, *reason); err != nil {
		fmt.Fprintf(std.err, "server protocol withdraw: %v\n", err)
		return exitFailure
	}
	fmt.Fprintf(std.out, "withdrew %s from %s on: phones get no new screening with it once they fetch content again\n"+
		"build the program again: it serves what it holds inside\n", words[0], *on)
	return exitOK
}
