package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"strings"

	"umbral/locales"
	"umbral/protocols"
	"umbral/protocols/xlsform"
	"umbral/server/workbook"
)

// protocolXLSForm writes a protocol as an XLSForm, and to the errors what such a
// form does not carry.
func protocolXLSForm(args []string, std streams) int {
	set := flag.NewFlagSet("xlsform", flag.ContinueOnError)
	file := set.String("out", "", "")
	words, err := parseProtocolFlags(set, args, std)
	if err != nil {
		return exitUsage
	}
	if len(words) != 1 {
		fmt.Fprintln(std.err, "server protocol xlsform: name one protocol, as in: server protocol xlsform labour-agriculture --out form.xlsx")
		return exitUsage
	}
	n, err := protocolNamed(words[0])
	if err != nil {
		return n.refuse(std, "xlsform", err)
	}
	if *file == "" {
		*file = fmt.Sprintf("%s@%d.xlsx", n.protocol.ID, n.protocol.Version)
	}
	catalog, err := locales.Load(map[string]locales.Protocol{n.protocol.ID: protocols.Messages(n.protocol)})
	if err != nil {
		fmt.Fprintf(std.err, "server protocol xlsform: %v\n", err)
		return exitFailure
	}
	form := xlsform.New(xlsform.Asked{Protocol: n.protocol, SHA256: n.sha256, Words: catalog})
	var out bytes.Buffer
	err = writeForm(&out, form)
	if exit := writeOut(std, "xlsform", *file, out.Bytes(), err); exit != exitOK {
		return exit
	}
	fmt.Fprintf(std.out, "wrote %s: %d rows, %d choices\n", *file, len(form.Survey)-1, len(form.Choices)-1)
	for _, r := range form.Report[1:] {
		fmt.Fprintf(std.err, "%s: %s\n", strings.Join(r[:2], " "), r[2])
	}
	return exitOK
}

func writeForm(w io.Writer, form *xlsform.Form) error {
	names, sheets := form.Sheets()
	book, err := workbook.New(w, names...)
	if err != nil {
		return err
	}
	for _, rows := range sheets {
		if err := book.Next(); err != nil {
			return err
		}
		for _, row := range rows {
			if err := book.Row(row); err != nil {
				return err
			}
		}
	}
	return book.Close()
}
