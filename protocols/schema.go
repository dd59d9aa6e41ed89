package protocols

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// schemaBase is where the schemas say that they live; nothing is ever fetched.
const schemaBase = "https://umbral.invalid/schema/"

// Names of the schemas in schema/.
const (
	protocolSchema  = "protocol"
	moduleSchema    = "module"
	wordsSchema     = "words"
	vignettesSchema = "vignettes"
	rulesSchema     = "rules"
	actionsSchema   = "actions"
	figuresSchema   = "figures"
	directorySchema = "directory"
	publishedSchema = "published"
)

var compileOnce = sync.OnceValues(func() (map[string]*jsonschema.Schema, error) {
	names := []string{protocolSchema, moduleSchema, wordsSchema, vignettesSchema, rulesSchema, actionsSchema, figuresSchema, directorySchema, publishedSchema}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	for _, name := range append([]string{"common"}, names...) {
		raw, err := fs.ReadFile(embedded, "schema/"+name+".schema.json")
		if err != nil {
			return nil, fmt.Errorf("schema %s: %w", name, err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
		if err != nil {
			return nil, fmt.Errorf("schema %s: %w", name, err)
		}
		if err := c.AddResource(schemaBase+name+".schema.json", doc); err != nil {
			return nil, fmt.Errorf("schema %s: %w", name, err)
		}
	}
	schemas := map[string]*jsonschema.Schema{}
	for _, name := range names {
		s, err := c.Compile(schemaBase + name + ".schema.json")
		if err != nil {
			return nil, fmt.Errorf("schema %s: %w", name, err)
		}
		schemas[name] = s
	}
	return schemas, nil
})

// checkedJSON checks d against a schema and returns it as JSON; whole only when
// there is no finding.
func checkedJSON(d *document, schema string) (raw []byte, findings []Finding) {
	schemas, err := compileOnce()
	if err != nil {
		return nil, []Finding{{d.file, 0, err.Error(), "repair the schema"}}
	}
	if err := schemas[schema].Validate(d.value); err != nil {
		return nil, schemaFindings(d, err)
	}
	if raw, err = json.Marshal(d.value); err != nil {
		return nil, []Finding{{d.file, 0, err.Error(), "write plain text in quotes"}}
	}
	return raw, nil
}

// decode reads the JSON of d into T, whose field names are the JSON ones.
func decode[T any](d *document, raw []byte) (v T, findings []Finding) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&v); err != nil {
		return v, []Finding{{d.file, 0, err.Error(), "make the schema and the Go types agree"}}
	}
	return v, nil
}

// schemaFindings lists the innermost causes: the outer ones only say that
// something inside is wrong.
func schemaFindings(d *document, err error) []Finding {
	var root *jsonschema.ValidationError
	if !errors.As(err, &root) {
		return []Finding{{d.file, 0, err.Error(), "write it as the schema says"}}
	}
	var list []Finding
	seen := map[Finding]bool{}
	var walk func(e *jsonschema.ValidationError)
	walk = func(e *jsonschema.ValidationError) {
		for _, cause := range e.Causes {
			walk(cause)
		}
		if len(e.Causes) > 0 {
			return
		}
		f := schemaFinding(d, e)
		if !seen[f] {
			seen[f] = true
			list = append(list, f)
		}
	}
	walk(root)
	return list
}

var english = message.NewPrinter(language.English)

func schemaFinding(d *document, e *jsonschema.ValidationError) Finding {
	pointer := ""
	for _, part := range e.InstanceLocation {
		pointer += "/" + escapePointer(part)
	}
	where := strings.TrimPrefix(pointer, "/")
	if where == "" {
		where = "the file"
	}
	switch k := e.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		names := slices.Sorted(slices.Values(k.Properties)) // they come in any order
		return d.finding(pointer+"/"+escapePointer(names[0]), fmt.Sprintf("unknown field %s in %s", strings.Join(names, ", "), where), "correct the name or take it out")
	case *kind.Required:
		return d.finding(pointer, fmt.Sprintf("%s has no %s", where, strings.Join(k.Missing, ", ")), "add it")
	case *kind.FalseSchema:
		return d.finding(pointer, where+" may not stand here", "take it out: it does not fit the type, kind or status beside it")
	}
	return d.finding(pointer, where+": "+e.ErrorKind.LocalizedString(english), "write it as schema/ says")
}
