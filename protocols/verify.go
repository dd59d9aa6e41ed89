package protocols

import (
	"bytes"
	"errors"
	"fmt"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Verify holds every published version against SHA256SUMS, WITHDRAWN and
// schema/published. The error joins everything that is wrong: a server that
// refuses to start says all of it at once.
func Verify() error {
	all, err := loadOnce()
	return errors.Join(err, verifySchema(all))
}

// verifySchema holds each version against its schema, all at once: a version
// takes some milliseconds, and there are years of them.
func verifySchema(all []Published) error {
	schemas, err := compileOnce()
	if err != nil {
		return err
	}
	errs := make([]error, len(all))
	var wait sync.WaitGroup
	for i := range all {
		wait.Go(func() { errs[i] = all[i].fits(schemas[publishedSchema]) })
	}
	wait.Wait()
	return errors.Join(errs...)
}

func (p Published) fits(schema *jsonschema.Schema) error {
	name := publishedName(p.Protocol.ID, p.Protocol.Version)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(p.Bytes))
	if err != nil {
		return fmt.Errorf("published protocol %s: %w", name, err)
	}
	if err := schema.Validate(doc); err != nil {
		var lines []error
		for _, f := range schemaFindings(&document{file: publishedDir + "/" + name}, err) {
			f.Line, f.Do = 0, "take the version back to what was reviewed, or publish a new one"
			lines = append(lines, errors.New(f.String()))
		}
		return errors.Join(lines...)
	}
	return nil
}
