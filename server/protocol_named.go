package main

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"umbral/protocols"
	"umbral/screening"
)

// named is a protocol that the command line named.
type named struct {
	protocol *screening.Protocol
	sha256   string // of its published bytes, or of what would be published
	source   bool   // read from a source file, whether it is published or not
	// findings stop a source that is not whole.
	findings []protocols.Finding
}

// protocolNamed finds what ID (the newest that is not withdrawn), ID@VERSION or a
// source file names. A source is read whole but not linted: its author wants to
// see what it says before it is right.
func protocolNamed(name string) (named, error) {
	if strings.HasSuffix(name, ".yaml") {
		return sourceNamed(name)
	}
	id, version := name, 0
	if strings.Contains(name, "@") {
		var err error
		if id, version, err = protocols.ParseRef(name); err != nil {
			return named{}, fmt.Errorf("%w: %w", errUsage, err)
		}
	}
	p, err := protocols.Get(id, version)
	if errors.Is(err, protocols.ErrUnknown) {
		return named{}, fmt.Errorf("%w: no published protocol %q; \"server protocol list\" shows them, a source is named by its file: protocols/%s.yaml", errUsage, name, id)
	}
	return named{protocol: &p.Protocol, sha256: p.SHA256}, err
}

func sourceNamed(file string) (named, error) {
	dir, base := path.Split(strings.ReplaceAll(file, "\\", "/"))
	if dir == "" {
		dir = "."
	}
	src, findings := protocols.At(dir).Source(strings.TrimSuffix(base, ".yaml"))
	if len(findings) > 0 {
		return named{findings: findings}, fmt.Errorf("%s is not whole: \"server protocol lint %s\" says what to do", file, file)
	}
	raw, err := protocols.Canonical(&src.Protocol)
	if err != nil {
		return named{}, err
	}
	return named{protocol: &src.Protocol, sha256: protocols.HashOf(raw), source: true}, nil
}

// label is the protocol as a heading names it.
func (n named) label() string {
	label := fmt.Sprintf("%s@%d", n.protocol.ID, n.protocol.Version)
	if n.source {
		label += " (source)"
	}
	return label
}

// refuse says why a command about a named protocol cannot go on.
func (n named) refuse(std streams, command string, err error) int {
	if len(n.findings) > 0 {
		printFindings(std, n.findings)
	}
	return usage(std, "protocol "+command, err)
}
