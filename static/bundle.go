package static

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
	"strconv"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// Entry points of the page, as index.html names them.
const (
	entryScript = "app/main.js"
	entryStyle  = "styles/main.css"
	laterStyle  = "styles/later.css" // of laterScripts and onlineScripts; router.js names it
	workerFile  = "sw.js"
	keeperFile  = "vault/worker.js"
	// listenerFile runs in the audio thread of whoever records.
	listenerFile = "sound/listener.js"
)

// onlineScripts are the modules of the screens that do nothing without a network
// (queue, accounts, figures, second factors): no phone in the field pays for them at its first load.
var onlineScripts = []string{"app/admin.js", "app/desk.js", "app/enrol.js", "app/devices.js", "app/interpreters.js", "app/security.js", "app/retention.js", "app/audit.js", "app/library.js", "app/languages.js"}

// laterScripts are the modules of the screens that no first question needs: a phone
// fetches them behind its first load, and keeps them for the field like the others.
var laterScripts = []string{"app/capture-later.js"}

// target is the oldest JavaScript that the page is written down to: Chrome 80
// and its WebView, of 2020.
const target = api.ES2020

// bundle is the page's code after bundling.
type bundle struct {
	outputs map[string][]byte // by name, such as assets/main-ABC.js
	entries map[string]string // entry point -> its output
	eager   []string          // scripts that the first screen needs besides the entry, in order
	later   []string          // the outputs of laterScripts, and what besides the office only they load
	online  []string          // the outputs of onlineScripts, and what nothing else loads
}

// metafile is the part of esbuild's report that is used here.
type metafile struct {
	Outputs map[string]struct {
		EntryPoint string
		Imports    []struct{ Path, Kind string }
	}
}

// bundlePage makes few hashed files of the many modules: a slow phone pays for
// every request. Screens of the office are chunks of their own, loaded when opened.
// keeper is the address of the vault's worker, which app/trust.js lets through,
// listener that of the script that hears the microphone.
func bundlePage(src fs.FS, keeper, listener string) (*bundle, error) {
	result := api.Build(api.BuildOptions{
		EntryPoints:       []string{entryScript, entryStyle},
		Bundle:            true,
		Splitting:         true,
		Format:            api.FormatESModule,
		Target:            target,
		Charset:           api.CharsetUTF8,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LegalComments:     api.LegalCommentsNone, // their texts are at /licences.txt
		Outdir:            "/",
		EntryNames:        "assets/[name]-[hash]",
		ChunkNames:        "assets/[name]-[hash]",
		AssetNames:        "assets/[name]-[hash]",
		Metafile:          true,
		Define:            map[string]string{"globalThis.__KEEPER__": strconv.Quote(keeper), "globalThis.__LISTENER__": strconv.Quote(listener)},
		Plugins:           []api.Plugin{fromFS(src)},
	})
	if err := failures(result.Errors); err != nil {
		return nil, fmt.Errorf("static: bundle of the page: %w", err)
	}
	b := &bundle{outputs: map[string][]byte{}, entries: map[string]string{}}
	for _, out := range result.OutputFiles {
		b.outputs[strings.TrimPrefix(out.Path, "/")] = out.Contents
	}
	var meta metafile
	if err := json.Unmarshal([]byte(result.Metafile), &meta); err != nil {
		return nil, fmt.Errorf("static: report of the bundle: %w", err)
	}
	return b, b.read(meta)
}

// read fills entries and eager from esbuild's report, whose paths are relative
// to its working directory.
func (b *bundle) read(meta metafile) error {
	imports, loads := map[string][]string{}, map[string][]string{}
	for name, out := range meta.Outputs {
		name = b.named(name)
		if name == "" {
			return errors.New("static: the report names a file that the bundle has not")
		}
		_, entry, _ := strings.Cut(out.EntryPoint, sourceNamespace+":")
		if entry == entryScript || entry == entryStyle {
			b.entries[entry] = name
		}
		if slices.Contains(onlineScripts, entry) {
			b.online = append(b.online, name)
		}
		if slices.Contains(laterScripts, entry) {
			b.later = append(b.later, name)
		}
		for _, imp := range out.Imports {
			loads[name] = append(loads[name], b.named(imp.Path))
			if imp.Kind == "import-statement" {
				imports[name] = append(imports[name], b.named(imp.Path))
			}
		}
	}
	for _, entry := range []string{entryScript, entryStyle} {
		if b.entries[entry] == "" {
			return fmt.Errorf("static: the bundle has no output of %s", entry)
		}
	}
	b.eager = reached(b.entries[entryScript], imports, nil)
	kept := append(reached(b.entries[entryScript], loads, slices.Concat(b.online, b.later)), b.entries[entryScript])
	var behind []string
	for _, name := range b.later {
		behind = append(behind, reached(name, loads, slices.Concat(b.online, kept))...)
	}
	for _, name := range slices.Sorted(maps.Keys(b.outputs)) {
		switch {
		case path.Ext(name) != ".js" || slices.Contains(slices.Concat(kept, b.online, b.later), name):
		case slices.Contains(behind, name):
			b.later = append(b.later, name)
		default:
			b.online = append(b.online, name)
		}
	}
	return nil
}

// reached is what an output leads to, nearest first, not through those left out.
func reached(from string, edges map[string][]string, without []string) []string {
	var all []string
	for queue := edges[from]; len(queue) > 0; queue = queue[1:] {
		if name := queue[0]; name != from && !slices.Contains(all, name) && !slices.Contains(without, name) {
			all = append(all, name)
			queue = append(queue, edges[name]...)
		}
	}
	return all
}

// named finds the output that a path of the report means.
func (b *bundle) named(reported string) string {
	name := "assets/" + path.Base(reported)
	if _, ok := b.outputs[name]; !ok {
		return ""
	}
	return name
}

// laterStyles are the styles of what comes behind the first load, minified.
func laterStyles(src fs.FS) ([]byte, error) {
	body, err := fs.ReadFile(src, laterStyle)
	if err != nil {
		return nil, fmt.Errorf("static: %w", err)
	}
	result := api.Transform(string(body), api.TransformOptions{Loader: api.LoaderCSS, MinifyWhitespace: true, MinifySyntax: true, Charset: api.CharsetUTF8, Target: target})
	if err := failures(result.Errors); err != nil {
		return nil, fmt.Errorf("static: %s: %w", laterStyle, err)
	}
	return result.Code, nil
}

// bundleWorker makes one classic script of the service worker (module workers
// are younger than the phones), with the paths and hashes of the shell inside, and
// of what is fetched behind it.
func bundleWorker(src fs.FS, files, later [][2]string) ([]byte, error) {
	type shell struct {
		Version string      `json:"version"`
		Files   [][2]string `json:"files"`
		Later   [][2]string `json:"later"`
	}
	list := shell{Files: files, Later: later}
	sum := sha256.New()
	for _, f := range slices.Concat(files, later) {
		fmt.Fprintf(sum, "%s %s\n", f[0], f[1])
	}
	list.Version = hex.EncodeToString(sum.Sum(nil)[:8])
	define, err := json.Marshal(list)
	if err != nil {
		return nil, fmt.Errorf("static: list of the shell: %w", err)
	}
	options := classic(src, workerFile)
	options.Define = map[string]string{"globalThis.__SHELL__": string(define)}
	result := api.Build(options)
	if err := failures(result.Errors); err != nil {
		return nil, fmt.Errorf("static: bundle of the service worker: %w", err)
	}
	return result.OutputFiles[0].Contents, nil
}

// classic are the options of a worker: one script, and no module, because workers
// of older browsers take none.
func classic(src fs.FS, entry string) api.BuildOptions {
	return api.BuildOptions{
		EntryPoints:       []string{entry},
		Bundle:            true,
		Format:            api.FormatIIFE,
		Target:            target,
		Charset:           api.CharsetUTF8,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LegalComments:     api.LegalCommentsNone,
		Outdir:            "/",
		Plugins:           []api.Plugin{fromFS(src)},
	}
}

// bundleAlone makes one classic script of a module that runs in a thread of its
// own, named by its hash.
func bundleAlone(src fs.FS, file string) (name string, body []byte, err error) {
	options := classic(src, file)
	options.EntryNames = "assets/[name]-[hash]"
	result := api.Build(options)
	if err := failures(result.Errors); err != nil {
		return "", nil, fmt.Errorf("static: bundle of %s: %w", file, err)
	}
	out := result.OutputFiles[0]
	return strings.TrimPrefix(out.Path, "/"), out.Contents, nil
}

// sourceNamespace keeps esbuild away from the disk of the host.
const sourceNamespace = "page"

// fromFS lets esbuild read our files only: every import is relative and inside src.
func fromFS(src fs.FS) api.Plugin {
	return api.Plugin{Name: sourceNamespace, Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: ".*"}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			name := a.Path
			switch {
			case a.Kind == api.ResolveEntryPoint:
				name = path.Clean(name)
			case strings.HasPrefix(name, "./"), strings.HasPrefix(name, "../"):
				name = path.Join(path.Dir(a.Importer), name)
			default:
				return api.OnResolveResult{}, fmt.Errorf("%s imports %q: only relative imports are ours", a.Importer, name)
			}
			return api.OnResolveResult{Path: name, Namespace: sourceNamespace}, nil
		})
		build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: sourceNamespace}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
			body, err := fs.ReadFile(src, a.Path)
			if err != nil {
				return api.OnLoadResult{}, err
			}
			text, loader := string(body), api.LoaderJS
			if path.Ext(a.Path) == ".css" {
				loader = api.LoaderCSS
			}
			return api.OnLoadResult{Contents: &text, Loader: loader}, nil
		})
	}}
}

// failures makes one error of esbuild's messages, with file and line.
func failures(messages []api.Message) error {
	var all []error
	for _, m := range messages {
		where := ""
		if m.Location != nil {
			where = fmt.Sprintf("%s:%d: ", m.Location.File, m.Location.Line)
		}
		all = append(all, errors.New(where+m.Text))
	}
	return errors.Join(all...)
}
