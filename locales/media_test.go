package locales

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"
)

// mp3 is as much of a file as MediaType looks at, each other than the last.
func mp3(says string) []byte { return append([]byte("ID3\x04\x00\x00\x00\x00\x00\x00"), says...) }

func shaOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// spoken is a folder in which mam has one certified word with a recording.
func spoken(t *testing.T, change func(row *Row), files map[string][]byte) (*Catalog, error) {
	t.Helper()
	row := embedded(t).codes["cak"].rows["chrome.back"] // its Spanish is that of today
	voice := mp3("test voice")
	row.Status, row.TextHash, row.Translator, row.Reviewer = Certified, TextHash("test-back"), "t-1", "t-2"
	row.BackTranslation, row.BackTranslator = "Atrás", "t-3"
	row.AudioSHA256, row.AudioSpeaker = shaOf(voice), "s-1"
	change(&row)
	dir := folder(t, []Language{{Code: "mam", Name: "mam", Gate: "certified", Chain: []string{"es-MX"}}}, map[string]any{
		"mam/messages.json": messages("chrome.back", "test-back"), "mam/status.json": map[string]Row{"chrome.back": row}, "mam/NOTICE": "ours",
	})
	name := "mam/audio/chrome.back." + shaOf(voice)[:8] + ".mp3"
	if _, there := files[name]; files != nil && there {
		voice = files[name]
	}
	dir[name] = &fstest.MapFile{Data: voice}
	for other, content := range files {
		dir[other] = &fstest.MapFile{Data: content}
	}
	return Options{Dir: dir}.Load(nil)
}

func TestRecordings_OnlyWhatIsCertifiedPlays(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*Row)
		plays  bool
	}{
		"certified with its text":       {func(*Row) {}, true},
		"judged apart":                  {func(r *Row) { r.AudioStatus = Certified }, true},
		"a draft of a certified text":   {func(r *Row) { r.AudioStatus = Draft }, false},
		"reviewed":                      {func(r *Row) { r.AudioStatus = Reviewed }, false},
		"of a text that was imported":   {func(r *Row) { r.Status = Imported }, false},
		"certified of an imported text": {func(r *Row) { r.Status, r.AudioStatus = Imported, Certified }, true},
		"of the words before":           {func(r *Row) { r.AudioTextHash = TextHash("test-before") }, false},
		"of a stale text":               {func(r *Row) { r.SourceHash = TextHash("before") }, false},
		"of a text edited on disk":      {func(r *Row) { r.TextHash = TextHash("before"); r.AudioTextHash = TextHash("test-back") }, false},
	} {
		c, err := spoken(t, tc.change, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		rec, ok := c.Recordings("mam")["chrome.back"]
		if ok != tc.plays {
			t.Errorf("%s: plays %v", name, ok)
		}
		if !ok {
			continue
		}
		if content, err := c.Bytes(rec); err != nil || !bytes.Equal(content, mp3("test voice")) || rec.Type != TypeMP3 || rec.Bytes != len(content) {
			t.Errorf("%s: %+v %q %v", name, rec, content, err)
		}
		if same, ok := c.Recording(rec.SHA256); !ok || same != rec {
			t.Errorf("%s: by its hash %+v", name, same)
		}
	}
}

func TestRecordings_AFolderIsToldWhatIsWrong(t *testing.T) {
	name := "mam/audio/chrome.back." + shaOf(mp3("test voice"))[:8] + ".mp3"
	for what, tc := range map[string]struct {
		change func(*Row)
		files  map[string][]byte
		says   string
	}{
		"another file":   {func(*Row) {}, map[string][]byte{name: mp3("another")}, "chrome.back: no file audio/chrome.back."},
		"no sound":       {func(*Row) {}, map[string][]byte{name: []byte("<html>sign in to the wifi")}, "chrome.back: no file"},
		"half a hash":    {func(r *Row) { r.AudioSHA256 = r.AudioSHA256[:16] }, nil, "64 lower case hex digits"},
		"nobody's file":  {func(*Row) {}, map[string][]byte{"mam/audio/other.mp3": mp3("x")}, "mam/audio/other.mp3: no row"},
		"a huge file":    {func(*Row) {}, map[string][]byte{"mam/video/x.mp4": make([]byte, MaxVideo+1)}, "no recording of at most"},
		"another folder": {func(*Row) {}, map[string][]byte{"mam/voices/x.mp3": mp3("x")}, "mam/voices: a language has"},
	} {
		if _, err := spoken(t, tc.change, tc.files); err == nil || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%s: %v does not say %q", what, err, tc.says)
		}
	}
}

// A device learns how much there is to hear before it fetches any of it.
func TestParts_SaysWhatThereIsToHear(t *testing.T) {
	c, err := spoken(t, func(*Row) {}, nil)
	if err != nil {
		t.Fatal(err)
	}
	pack, err := c.Pack("mam")
	if err != nil {
		t.Fatal(err)
	}
	p := c.Parts(pack)
	if p.Locale.Media == nil || *p.Locale.Media != (MediaSum{shaOf(p.MediaJSON), 1, len(mp3("test voice"))}) {
		t.Fatalf("%+v", p.Locale.Media)
	}
	var list MediaPart
	if err := json.Unmarshal(p.MediaJSON, &list); err != nil || list.Files["chrome.back"].SHA256 != shaOf(mp3("test voice")) {
		t.Errorf("%+v %v", list, err)
	}
	o := Options{Dir: nil, Revoked: map[string][]Revocation{"mam": {{AudioSHA256: shaOf(mp3("test voice"))}}}}
	o.Works = map[string]map[string]Work{"mam": {"chrome.back": {"test-back", desk(t)}}}
	o.Media = func(string) ([]byte, error) { return mp3("test voice"), nil }
	if c, err = o.Load(nil); err != nil {
		t.Fatal(err)
	}
	if got := c.Recordings("mam"); len(got) != 0 {
		t.Errorf("withdrawn and plays: %+v", got)
	}
	if text, err := c.Get("mam", "chrome.back", nil); err != nil || text.Text != "test-back" {
		t.Errorf("its text went with it: %+v %v", text, err)
	}
	o.Revoked = nil
	if c, err = o.Load(nil); err != nil {
		t.Fatal(err)
	}
	rec := c.Recordings("mam")["chrome.back"]
	if content, err := c.Bytes(rec); err != nil || len(content) == 0 {
		t.Errorf("of the desk: %+v %v", rec, err)
	}
	o.Media = func(string) ([]byte, error) { return mp3("another voice"), nil }
	if c, err = o.Load(nil); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Bytes(rec); err == nil || !strings.Contains(err.Error(), "altered") {
		t.Errorf("another voice: %v", err)
	}
}

// A text of a file gets the voice of the desk only for its very words.
func TestRecordings_AVoiceOfTheDeskForATextOfAFile(t *testing.T) {
	row := desk(t)
	row.AudioSHA256, row.AudioType, row.AudioBytes = "", "", 0
	row.Translator, row.Reviewer, row.BackTranslation, row.BackTranslator = "t-1", "t-2", "Atrás", "t-3"
	dir := folder(t, []Language{{Code: "mam", Name: "mam", Gate: "certified", Chain: []string{"es-MX"}}}, map[string]any{
		"mam/messages.json": messages("chrome.back", "test-back"), "mam/status.json": map[string]Row{"chrome.back": row}, "mam/NOTICE": "ours",
	})
	for says, plays := range map[string]bool{"test-back": true, "test-before": false} {
		voice := Voice{AudioSHA256: shaOf(mp3("test voice")), AudioStatus: Certified, AudioTextHash: TextHash(says), AudioReviewer: "r", AudioType: TypeMP3, AudioBytes: 20}
		c, err := Options{Dir: dir, Voices: map[string]map[string]Voice{"mam": {"chrome.back": voice}}}.Load(nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := c.Recordings("mam")["chrome.back"]; ok != plays {
			t.Errorf("a voice that says %q: plays %v", says, ok)
		}
	}
}

// desk is a certified row as the desk makes it.
func desk(t *testing.T) Row {
	row := embedded(t).codes["cak"].rows["chrome.back"]
	row.Status, row.TextHash, row.AudioSHA256 = Certified, TextHash("test-back"), shaOf(mp3("test voice"))
	row.AudioType, row.AudioBytes = TypeMP3, len(mp3("test voice"))
	return row
}
