package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"umbral/locales"
)

// pseudoOptions say what a made-up language of a test has.
type pseudoOptions struct {
	protocol string // that may be put to a person in it; empty: labour-agriculture
	audio    bool   // whether everything that is said to a person can be heard
	into     string // folder that other languages of the test are in; empty: a new one
}

// pseudoProtocol is what the journeys screen with.
const pseudoProtocol = "labour-agriculture"

// pseudoText is what the language says for a Spanish text: nobody takes it for a
// translation, and every text differs from every other.
func pseudoText(code, spanish string) string { return "⟦" + code + "⟧ " + spanish }

// pseudoLanguage makes a folder of languages, for --locales, with one that no
// release has: every text of a protocol certified, made from its Spanish, and
// where audio is asked for a real recording of each, a second of silence that
// every browser plays. code is of ISO 639-3 and in nothing but tests.
func pseudoLanguage(t *testing.T, code string, o pseudoOptions) (dir string) {
	t.Helper()
	if dir = o.into; dir == "" {
		dir = filepath.Join(t.TempDir(), "languages")
	}
	if o.protocol == "" {
		o.protocol = pseudoProtocol
	}
	if err := locales.Add(dir, locales.Language{Code: code, Name: "prueba " + code, Autonym: "Prueba " + code, Gate: "certified", Writing: "Latn", Audio: "none", Video: "none"}); err != nil {
		t.Fatal(err)
	}
	words, questions := map[string]map[string]string{}, map[string]map[string]string{}
	rows := map[string]locales.Row{}
	add := func(into map[string]map[string]string, id, spanish, context string) {
		text := pseudoText(code, spanish)
		into[id] = map[string]string{"other": text}
		row := locales.Row{
			Status: locales.Certified, SourceHash: locales.TextHash(spanish + "\x1f" + context), TextHash: locales.TextHash(text),
			Translator: "t-1", Reviewer: "t-2", BackTranslator: "t-3", BackTranslation: spanish, Origin: "tests", Licence: "none: made up",
		}
		if o.audio && pseudoSaid(id) {
			row.AudioSHA256, row.AudioSpeaker = pseudoVoice(t, filepath.Join(dir, code, "audio"), id, code), "t-4"
		}
		rows[id] = row
	}
	for id, m := range spanishWords(t) {
		if pseudoPerson(id) {
			add(words, id, m.Other, m.Description)
		}
	}
	texts, err := spanishOf()
	if err != nil {
		t.Fatal(err)
	}
	for id, spanish := range texts[o.protocol] {
		add(questions, id, spanish, "")
	}
	for name, v := range map[string]any{"messages.json": words, "protocols.json": questions, "status.json": rows} {
		body, err := json.Marshal(v)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, code, name), body, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, code, "NOTICE"), []byte("Made up for a test.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// spanishWords are the interface's messages as they stand, with what each is for.
func spanishWords(t *testing.T) (words map[string]struct{ Other, Description string }) {
	t.Helper()
	b, err := os.ReadFile("../locales/es-MX/messages.json")
	if err == nil {
		err = json.Unmarshal(b, &words)
	}
	if err != nil {
		t.Fatal(err)
	}
	return words
}

// pseudoPerson: a person sees the message in their own language.
func pseudoPerson(id string) bool {
	return slices.ContainsFunc([]string{"answer.", "chrome.", "greeting.", "hand.go_on", "hand.not_saved", "hand.over", "hand.stop"},
		func(prefix string) bool { return strings.HasPrefix(id, prefix) })
}

// pseudoSaid: the message is put to a person, who may not read.
func pseudoSaid(id string) bool {
	for _, end := range []string{".asks", ".not", ".avoid", ".threshold"} {
		if strings.HasSuffix(id, end) {
			return false
		}
	}
	return pseudoPerson(id) || strings.HasPrefix(id, "item.") || strings.HasPrefix(id, "option.")
}

// pseudoVoice writes the recording of a message and gives its SHA-256.
func pseudoVoice(t *testing.T, folder, id, code string) string {
	t.Helper()
	content := silentMP3(code + " " + id)
	sum := sha256.Sum256(content)
	sha := hex.EncodeToString(sum[:])
	err := os.MkdirAll(folder, 0o755)
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, fmt.Sprintf("%s.%s.mp3", id, sha[:8])), content, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return sha
}

// Frames of MPEG-1 layer III, 32 kbit/s, mono, 44.1 kHz: 1152 samples each, so 39
// are a second.
const (
	mp3Header = "\xff\xfb\x10\xc4"
	mp3Frame  = 144 * 32000 / 44100 // bytes
	mp3Frames = 39
)

// silentMP3 is a second of silence whose bytes differ by what a note in it says: a
// frame whose side information is zero has no sound in it.
func silentMP3(note string) []byte {
	private := "umbral\x00" + note
	tag := "PRIV" + string([]byte{0, 0, byte(len(private) >> 8), byte(len(private)), 0, 0}) + private
	size := len(tag)
	out := []byte("ID3\x03\x00\x00" + string([]byte{0, 0, byte(size >> 7), byte(size & 0x7f)}) + tag)
	frame := append([]byte(mp3Header), make([]byte, mp3Frame-len(mp3Header))...)
	for range mp3Frames {
		out = append(out, frame...)
	}
	return out
}

func TestPseudoLanguage_IsAFolderThatAServerTakes(t *testing.T) {
	o, err := languagesIn(pseudoLanguage(t, "xal", pseudoOptions{audio: true}))
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := loadLocales(o)
	if err != nil {
		t.Fatal(err)
	}
	if all := catalog.Recordings("xal"); len(all) < 100 || all["item.core_trip"].Type != locales.TypeMP3 || all["answer.yes"].SHA256 == "" || all["greeting.udhr4"].SHA256 == "" {
		t.Errorf("%d recordings: %+v", len(all), all["item.core_trip"])
	}
	pack, err := catalog.DevicePack("xal")
	if err != nil || len(pack.Protocols[pseudoProtocol]) == 0 || len(pack.Protocols) != 1 {
		t.Errorf("of %d protocols, %v", len(pack.Protocols), err)
	}
}
