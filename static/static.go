// Package static holds the page that runs offline on a phone, and makes of it at
// start what a server sends: bundled and minified once, compressed once, named by
// content, with the headers that each file needs.
//
// It serves no requests itself (package web does, through Lookup), imports
// nothing of ours, and never sends a file of test/: that folder is not embedded.
package static

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
)

//go:embed index.html manifest.webmanifest sw.js app crypto engine icons parts store sound styles sync text vault/*.js vendor/*.js vendor/LICENSES.txt views
var embedded embed.FS

// Options are what New needs from outside.
type Options struct {
	// Files is the source of the page; nil: what the program was built with.
	Files fs.FS
	// Text has, by language code, the interface messages as JSON {id: text}.
	// They are part of the shell: sign-in must be readable before any token.
	Text map[string][]byte
}

// Asset is one answer. Its Body is shared and must not be changed.
type Asset struct {
	Status int
	Body   []byte
	Header map[string]string
}

// Site is the page, ready to be sent. It does not change after New and is safe
// for concurrent use.
type Site struct {
	files  map[string]*file // by URL path
	shell  []string         // URL paths of the precached shell, sorted
	later  []string         // URL paths of what a phone fetches behind it and keeps too, sorted
	keeper string           // URL path of the vault's worker, which has a policy of its own
	// listener is the URL path of the script that hears the microphone.
	listener string
}

// New builds the page. It fails where a module is missing or does not parse, so
// that a broken page is found at start and not on a farm.
func New(opts Options) (*Site, error) {
	src := opts.Files
	if src == nil {
		src = embedded
	}
	s := &Site{files: map[string]*file{}}
	for _, alone := range []struct {
		file string
		at   *string
	}{{keeperFile, &s.keeper}, {listenerFile, &s.listener}} {
		name, body, err := bundleAlone(src, alone.file)
		if err != nil {
			return nil, err
		}
		*alone.at = "/" + name
		s.files[*alone.at] = newFile(name, body, immutable)
	}
	b, err := bundlePage(src, s.keeper, s.listener)
	if err != nil {
		return nil, err
	}
	for name, body := range b.outputs {
		s.files["/"+name] = newFile(name, body, immutable)
	}
	if err := s.addPage(src, b); err != nil {
		return nil, err
	}
	styles, err := laterStyles(src)
	if err != nil {
		return nil, err
	}
	s.files["/"+laterStyle] = newFile(laterStyle, styles, revalidate)
	if err := s.addWords(b, opts.Text); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(s.files)) {
		switch script := strings.TrimPrefix(name, "/"); {
		case slices.Contains(b.online, script) || isWords(name, officeSuffix) || isForInstalling(name):
		case slices.Contains(b.later, script) || script == laterStyle || isWords(name, laterSuffix) || name == s.listener:
			s.later = append(s.later, name)
		default:
			s.shell = append(s.shell, name)
		}
	}
	if err := s.addWorker(src); err != nil {
		return nil, err
	}
	licences, err := fs.ReadFile(src, "vendor/LICENSES.txt")
	if err != nil {
		return nil, fmt.Errorf("static: %w", err)
	}
	s.files["/licences.txt"] = newFile("licences.txt", licences, revalidate)
	return s, s.compress()
}

// addPage adds index.html with the names that the bundle got, the manifest and the icons.
func (s *Site) addPage(src fs.FS, b *bundle) error {
	page, err := fs.ReadFile(src, "index.html")
	if err != nil {
		return fmt.Errorf("static: %w", err)
	}
	html := string(page)
	for entry, name := range b.entries {
		if !strings.Contains(html, `"/`+entry+`"`) {
			return fmt.Errorf("static: index.html does not name /%s", entry)
		}
		html = strings.ReplaceAll(html, `"/`+entry+`"`, `"/`+name+`"`)
	}
	var preload strings.Builder
	for _, name := range b.eager {
		fmt.Fprintf(&preload, "<link rel=\"modulepreload\" href=\"/%s\">\n", name)
	}
	html = strings.Replace(html, "</head>", preload.String()+"</head>", 1)
	s.files["/"] = newFile("index.html", []byte(html), revalidate)

	names, err := fs.Glob(src, "icons/*")
	if err != nil {
		return fmt.Errorf("static: %w", err)
	}
	for _, name := range append(names, "manifest.webmanifest") {
		body, err := fs.ReadFile(src, name)
		if err != nil {
			return fmt.Errorf("static: %w", err)
		}
		s.files["/"+name] = newFile(name, body, revalidate)
	}
	return nil
}

// isForInstalling says whether only the browser asks for a file, when the page is
// installed: no phone keeps those.
func isForInstalling(name string) bool { return path.Dir(name) == "/icons" && path.Ext(name) == ".png" }

// addWords adds the words of each language, a file for each part of the page.
func (s *Site) addWords(b *bundle, text map[string][]byte) error {
	if text[sourceLanguage] == nil {
		return fmt.Errorf("static: there are no words in %s, whose file names every message", sourceLanguage)
	}
	source, err := textsOf(sourceLanguage, text[sourceLanguage])
	if err != nil {
		return err
	}
	field, later := wordsOf(b, false), wordsOf(b, true)
	for code, body := range text {
		parts, err := split(code, body, source, field, later)
		if err != nil {
			return err
		}
		for suffix, part := range parts {
			name := "text/" + code + suffix + ".json"
			s.files["/"+name] = newFile(name, part, revalidate)
		}
	}
	return nil
}

// isWords says whether a path is a file of words with this suffix.
func isWords(name, suffix string) bool {
	return strings.HasPrefix(name, "/text/") && strings.HasSuffix(name, suffix+".json")
}

// workerHash is how many hex digits of a file's SHA-256 the worker carries: 96
// bits, for hashes do not compress and a phone pays for each at its first load.
const workerHash = 24

// addWorker bundles the service worker with the lists of what a phone keeps inside.
func (s *Site) addWorker(src fs.FS) error {
	hashed := func(names []string) [][2]string {
		files := make([][2]string, len(names))
		for i, name := range names {
			files[i] = [2]string{name, s.files[name].sha256[:workerHash]}
		}
		return files
	}
	body, err := bundleWorker(src, hashed(s.shell), hashed(s.later))
	if err != nil {
		return err
	}
	s.files["/sw.js"] = newFile("sw.js", body, revalidate)
	return nil
}

// Shell returns the paths of what a phone holds after its first load, sorted.
func (s *Site) Shell() []string { return slices.Clone(s.shell) }

// Later returns the paths of what a phone fetches behind its first load, sorted:
// with it, it is ready for the field.
func (s *Site) Later() []string { return slices.Clone(s.later) }

// Lookup returns what answers a GET of urlPath (clean, decoded, with its leading
// slash) to a client that accepts these encodings, and whether there is such a
// file. The ETag names the encoding too; the caller compares it with
// If-None-Match.
func (s *Site) Lookup(urlPath, acceptEncoding string) (Asset, bool) {
	if urlPath == "/index.html" {
		urlPath = "/"
	}
	f := s.files[urlPath]
	if f == nil {
		return Asset{}, false
	}
	encoding, body := f.choose(acceptEncoding)
	header := map[string]string{
		"Content-Type":  f.mediaType,
		"Cache-Control": f.caching,
		"ETag":          `"` + f.sha256[:32] + "-" + encoding + `"`,
		"Vary":          "Accept-Encoding",
	}
	if encoding != identity {
		header["Content-Encoding"] = encoding
	}
	maps.Copy(header, securityHeaders)
	if urlPath == s.keeper {
		header["Content-Security-Policy"] = keeperPolicy
	}
	return Asset{Status: http.StatusOK, Body: body, Header: header}, true
}

// mediaType is the type of a file of ours by its extension: a table of our own,
// since the machine's would differ from host to host.
func mediaType(name string) (string, error) {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8", nil
	case ".js":
		return "text/javascript; charset=utf-8", nil
	case ".css":
		return "text/css; charset=utf-8", nil
	case ".json":
		return "application/json; charset=utf-8", nil
	case ".webmanifest":
		return "application/manifest+json; charset=utf-8", nil
	case ".svg":
		return "image/svg+xml", nil
	case ".png":
		return "image/png", nil
	case ".txt":
		return "text/plain; charset=utf-8", nil
	}
	return "", fmt.Errorf("static: no media type for %s; mediaType lists what the page may hold", name)
}
