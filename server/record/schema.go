package record

import "embed"

//go:embed schema/*.json
var schemas embed.FS

// SchemaOf returns the JSON Schema (2020-12) of a kind of record, or of
// "envelope": what another program needs to write one. It says the form; the
// codes are the codebook's and the items the protocol's.
func SchemaOf(kind string) ([]byte, bool) {
	b, err := schemas.ReadFile("schema/" + kind + ".json")
	return b, err == nil
}
