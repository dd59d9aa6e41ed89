package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"

	"umbral/protocols"
)

// interfaceWords reads the words of the interface once a language.
var interfaceWords = func() func(code string) (map[string]string, error) {
	var mu sync.Mutex
	known := map[string]map[string]string{}
	return func(code string) (map[string]string, error) {
		mu.Lock()
		defer mu.Unlock()
		if words, ok := known[code]; ok {
			return words, nil
		}
		b, err := os.ReadFile("../locales/" + code + "/messages.json")
		if err != nil {
			return nil, err
		}
		var messages map[string]struct{ Other string }
		if err := json.Unmarshal(b, &messages); err != nil {
			return nil, err
		}
		words := make(map[string]string, len(messages))
		for id, message := range messages {
			words[id] = message.Other
		}
		known[code] = words
		return words, nil
	}
}()

// say is what the interface says for a message in the language that this person
// reads. args are pairs of name and value.
func (p *phone) say(id string, args ...any) string {
	p.t.Helper()
	words, err := interfaceWords(p.language())
	if err != nil {
		p.t.Fatal(err)
	}
	text, ok := words[id]
	if !ok {
		p.t.Fatalf("no message %s", id)
	}
	for i := 0; i+1 < len(args); i += 2 {
		text = strings.ReplaceAll(text, fmt.Sprintf("{{.%s}}", args[i]), fmt.Sprint(args[i+1]))
	}
	return text
}

// language is the interface's, Spanish until this person chose another.
func (p *phone) language() string {
	if p.reads != "" {
		return p.reads
	}
	return "es-MX"
}

// label is what a code of the codebook is called in the interface's language.
func (p *phone) label(list, code string) string {
	p.t.Helper()
	tongue := "es"
	if p.language() == "en" {
		tongue = "en"
	}
	book := protocols.Codebook()
	if !book.Has(list, code) {
		p.t.Fatalf("no code %s in %s", code, list)
	}
	return book.Label(list, code, tongue)
}
