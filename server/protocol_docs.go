package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"

	"umbral/locales"
	"umbral/protocols"
	"umbral/protocols/document"
	"umbral/screening"
)

// protocolDocs writes a protocol for readers on paper.
func protocolDocs(args []string, std streams) int {
	set := flag.NewFlagSet("docs", flag.ContinueOnError)
	lang := set.String("lang", locales.Source, "")
	format := set.String("format", document.HTML, "")
	file := set.String("out", "", "")
	words, err := parseProtocolFlags(set, args, std)
	if err != nil {
		return exitUsage
	}
	if len(words) != 1 {
		fmt.Fprintln(std.err, "server protocol docs: name one protocol, as in: server protocol docs labour-agriculture --out protocol.html")
		return exitUsage
	}
	if *format != document.HTML && *format != document.Text && *format != document.Form {
		fmt.Fprintf(std.err, "server protocol docs: --format %q is not html, text or form\n", *format)
		return exitUsage
	}
	n, err := protocolNamed(words[0])
	if err != nil {
		return n.refuse(std, "docs", err)
	}
	// The protocol's own Spanish is the source that translations are judged by.
	catalog, err := locales.Load(map[string]locales.Protocol{n.protocol.ID: protocols.Messages(n.protocol)})
	if err != nil {
		fmt.Fprintf(std.err, "server protocol docs: %v\n", err)
		return exitFailure
	}
	if !catalog.Known(*lang) {
		fmt.Fprintf(std.err, "server protocol docs: --lang %q is not registered; locales/registry.json lists the languages\n", *lang)
		return exitUsage
	}
	asked := document.Asked{Protocol: n.protocol, SHA256: n.sha256, Source: n.source, Lang: *lang, Words: catalog}
	if *format != document.Form {
		asked.Lengths = screening.LengthsOf(n.protocol)
	}
	var out bytes.Buffer
	err = document.Write(&out, *format, asked)
	return writeOut(std, "docs", *file, out.Bytes(), err)
}

// writeOut writes what a command made, whole or not at all: to a file, or where
// none is named to the output.
func writeOut(std streams, command, file string, content []byte, err error) int {
	switch {
	case err != nil:
	case file == "":
		_, err = std.out.Write(content)
	default:
		err = os.WriteFile(file, content, 0o644)
	}
	if err != nil {
		fmt.Fprintf(std.err, "server protocol %s: %v\n", command, err)
		return exitFailure
	}
	return exitOK
}
