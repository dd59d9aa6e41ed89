package locales

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// Types of recordings, the two that old phones play too, and the video of a sign
// language.
const (
	TypeMP3 = "audio/mpeg"
	TypeMP4 = "audio/mp4"
	TypeMPV = "video/mp4"
)

// mediaEnds are the names of recordings: <code>/audio/<message id>.<8 digits of
// its SHA-256>.mp3 or .m4a, and <code>/video/....mp4.
var mediaEnds = []struct{ folder, end, media string }{
	{"audio", ".mp3", TypeMP3}, {"audio", ".m4a", TypeMP4}, {"video", ".mp4", TypeMPV},
}

// Limits of one recording, in bytes. A question is said in 8 seconds, the longest
// consent in 60: at 48 kbit/s 360 KB. Of a sign language 60 seconds at 300 kbit/s
// are 2.2 MB.
const (
	MaxAudio = 1 << 20
	MaxVideo = 4 << 20
)

// Recording is a voice that says one text, or hands that sign it. It may be
// played to a person: whoever certified it heard this text in it.
type Recording struct {
	Message  string `json:"-"`
	SHA256   string `json:"sha256"`
	TextHash string `json:"text_hash"` // of what it says
	Type     string `json:"type"`
	Bytes    int    `json:"bytes"`

	name string // of its file; empty: it came about at the translation desk
}

// MediaType is the type of a recording by its first bytes, and whether it is one
// that every phone plays. A file's name proves nothing.
func MediaType(content []byte) (string, bool) {
	switch {
	case len(content) < 12:
		return "", false
	case string(content[:3]) == "ID3", content[0] == 0xff && content[1]&0xe6 == 0xe2: // MPEG audio, layer III
		return TypeMP3, true
	case string(content[4:8]) == "ftyp" && strings.HasPrefix(string(content[8:12]), "M4A"):
		return TypeMP4, true
	case string(content[4:8]) == "ftyp" && slices.Contains([]string{"isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1"}, string(content[8:12])):
		return TypeMPV, true
	}
	return "", false
}

// MaxOf is how long a recording of the type may be, in bytes.
func MaxOf(media string) int {
	if media == TypeMPV {
		return MaxVideo
	}
	return MaxAudio
}

// recordings reads what the rows of a language name. A recording whose bytes are
// not those that were certified is left out, as one that is missing: the text
// stands without it.
func (c *Catalog) recordings(fsys fs.FS, loc *locale) (map[string]Recording, error) {
	found := map[string]Recording{}
	for id, r := range loc.rows {
		sha := r.AudioSHA256
		if sha == "" {
			continue
		}
		if !isSHA256(sha) {
			return nil, fmt.Errorf("locales/%s/status.json: %s: audio_sha256 must be 64 lower case hex digits", loc.lang.Code, id)
		}
		rec, err := loc.recording(fsys, id, r)
		if err != nil {
			return nil, err
		}
		if rec.SHA256 != "" {
			found[id] = rec
		}
	}
	return found, nil
}

func (l *locale) recording(fsys fs.FS, id string, r Row) (Recording, error) {
	rec := Recording{Message: id, SHA256: r.AudioSHA256, TextHash: r.spoken()}
	if r.AudioType != "" {
		rec.Type, rec.Bytes = r.AudioType, r.AudioBytes
		return rec, nil
	}
	for _, e := range mediaEnds {
		name := path.Join(l.lang.Code, e.folder, id+"."+r.AudioSHA256[:8]+e.end)
		content, err := fs.ReadFile(fsys, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return Recording{}, err
		}
		sum := sha256.Sum256(content)
		media, known := MediaType(content)
		if hex.EncodeToString(sum[:]) != r.AudioSHA256 || !known || media != e.media || len(content) > MaxOf(media) {
			continue
		}
		rec.Type, rec.Bytes, rec.name = media, len(content), name
		return rec, nil
	}
	return Recording{}, nil
}

func isSHA256(s string) bool {
	return len(s) == sha256.Size*2 && strings.Trim(s, "0123456789abcdef") == ""
}

// spoken is the hash of the text that the recording says.
func (r Row) spoken() string {
	if r.AudioTextHash != "" {
		return r.AudioTextHash
	}
	return r.TextHash
}

// audible is what the recording was found worth; where nobody judged it apart,
// whoever vouched for the text did so with it.
func (r Row) audible() Status {
	if r.AudioStatus != "" {
		return r.AudioStatus
	}
	return r.Status
}

// sounds decides whether the recording of a message is fit for a person: only
// what is certified, says the text as it stands, and was not withdrawn. A voice is
// all that somebody has who does not read: no gate lowers this.
func (l *locale) sounds(id string) bool {
	rec, there := l.recorded[id]
	r := l.rows[id]
	return there && r.audible() == Certified && rec.TextHash == TextHash(l.texts[id]) && !revokedRecording(l.revoked, rec.SHA256)
}

// plays: the recording is fit for a person, and its text is served.
func (c *Catalog) plays(loc *locale, id string) bool { return loc.sounds(id) && c.serves(loc, id) }

// Recordings are those of a language that may be played, by message id; of its
// protocols only where their texts are served.
func (c *Catalog) Recordings(code string) map[string]Recording {
	loc := c.codes[code]
	if loc == nil {
		return nil
	}
	found := map[string]Recording{}
	for id, rec := range loc.recorded {
		if isSaid(id) && c.plays(loc, id) {
			found[id] = rec
		}
	}
	return found
}

// Recording returns the one of this SHA-256 that may be played.
func (c *Catalog) Recording(sha string) (Recording, bool) {
	rec, ok := c.playable[sha]
	return rec, ok
}

// Bytes reads a recording that Recording or Recordings gave. An error where what
// is there now is not what was certified.
func (c *Catalog) Bytes(rec Recording) ([]byte, error) {
	content, err := c.content(rec)
	if err != nil {
		return nil, fmt.Errorf("locales: recording of %s: %w", rec.Message, err)
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != rec.SHA256 {
		return nil, fmt.Errorf("locales: recording of %s was altered since the start: it is not played", rec.Message)
	}
	return content, nil
}

func (c *Catalog) content(rec Recording) ([]byte, error) {
	if rec.name != "" {
		return fs.ReadFile(c.files, rec.name)
	}
	if c.media == nil {
		return nil, fs.ErrNotExist
	}
	return c.media(rec.SHA256)
}

// MediaPart lists the recordings of a language, for a device that fetches them.
type MediaPart struct {
	Code  string               `json:"code"`
	Files map[string]Recording `json:"files"` // by message id
}

// addMedia adds the recordings, and their sum to what a device reads first.
func (c *Catalog) addMedia(p *Parts) {
	files := c.Recordings(p.Locale.Code)
	if len(files) == 0 {
		return
	}
	p.Media = &MediaPart{p.Locale.Code, files}
	p.MediaJSON, _ = json.Marshal(p.Media) // strings and numbers: it cannot fail
	sum := sha256.Sum256(p.MediaJSON)
	p.Locale.Media = &MediaSum{SHA256: hex.EncodeToString(sum[:]), Files: len(files)}
	for _, rec := range files {
		p.Locale.Media.Bytes += rec.Bytes
	}
}

// MediaSum is what a device is told before it fetches MediaPart and its files.
type MediaSum struct {
	SHA256 string `json:"sha256"` // of MediaPart
	Files  int    `json:"files"`
	Bytes  int    `json:"bytes"` // of the files together
}

// checkMedia says which files of the folder no row names, and which rows no file.
func (c *Catalog) checkMedia(dir fs.FS, code string) error {
	loc := c.codes[code]
	named := map[string]bool{}
	for _, rec := range loc.recorded {
		named[rec.name] = true
	}
	var wrong []error
	for _, id := range slices.Sorted(maps.Keys(loc.rows)) {
		if r := loc.rows[id]; r.AudioSHA256 != "" && loc.recorded[id].SHA256 == "" {
			wrong = append(wrong, fmt.Errorf("locales/%s/status.json: %s: no file audio/%s.%s.mp3 (or .m4a, or video/....mp4) has the SHA-256 that the row names and is of that type, at most %d bytes", code, id, id, r.AudioSHA256[:8], MaxAudio))
		}
	}
	for _, folder := range []string{"audio", "video"} {
		entries, err := fs.ReadDir(dir, path.Join(code, folder))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			wrong = append(wrong, err)
		}
		for _, e := range entries {
			if name := path.Join(code, folder, e.Name()); !named[name] && !strings.HasPrefix(e.Name(), ".") {
				wrong = append(wrong, fmt.Errorf("locales/%s: no row of status.json names it by audio_sha256; move it away, or add the row", name))
			}
		}
	}
	return errors.Join(wrong...)
}
