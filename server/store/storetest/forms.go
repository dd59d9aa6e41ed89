package storetest

import (
	"bytes"
	"encoding/json"
	"unicode/utf16"
)

// Forms are the ways in which text may lie on a disk: UTF-8, UTF-16LE, Latin-1,
// and as JSON escapes it.
func Forms(text string) [][]byte {
	var wide, latin []byte
	for _, u := range utf16.Encode([]rune(text)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	for _, r := range text {
		latin = append(latin, byte(r))
	}
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string
	}
	return [][]byte{[]byte(text), wide, latin, bytes.Trim(quoted, `"`)}
}
