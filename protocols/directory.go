package protocols

import (
	"encoding/json"
	"io/fs"
	"sync"
)

// How sure a line of the directory is.
const (
	StatusVerified   = "verified"   // a source of the last two years names it
	StatusDated      = "dated"      // the source is older or has no date
	StatusUnverified = "unverified" // no usable source: no number is given
)

// Service is a line or office that helps, as devices show it.
type Service struct {
	ID         string            `json:"id"`
	Kind       string            `json:"kind"` // a code of services.csv
	Name       string            `json:"name"`
	Phone      string            `json:"phone,omitempty"`
	WhatsApp   string            `json:"whatsapp,omitempty"`
	Web        string            `json:"web,omitempty"`
	Hours      map[string]string `json:"hours,omitempty"`  // es, en
	States     []string          `json:"states,omitempty"` // INEGI; absent: everywhere
	For        map[string]string `json:"for"`              // es, en
	VerifiedOn string            `json:"verified_on"`      // date of the source; empty: it has none
	Source     string            `json:"source"`
	Status     string            `json:"status"`
	Note       map[string]string `json:"note"` // es, en
}

type serviceFile struct {
	Services []Service `json:"services"`
}

var directoryOnce = sync.OnceValues(func() ([]Service, error) {
	list, findings := readDirectory(embedded)
	if len(findings) > 0 {
		return nil, &LintError{findings}
	}
	return list, nil
})

// Directory returns the lines and services of the program, in the order of the file.
func Directory() ([]Service, error) { return directoryOnce() }

// DirectoryJSON returns {"services": [...]} for devices.
func DirectoryJSON() ([]byte, error) {
	list, err := Directory()
	if err != nil {
		return nil, err
	}
	return json.Marshal(serviceFile{list})
}

func readDirectory(fsys fs.FS) ([]Service, []Finding) {
	const file = "directory/services.yaml"
	book, err := readBook(fsys)
	if err != nil {
		return nil, []Finding{{"codebook", 0, err.Error(), "repair the codebook"}}
	}
	v, doc, findings := readYAML[serviceFile](newLibrary(fsys), file, directorySchema)
	if len(findings) > 0 {
		return nil, findings
	}
	seen := map[string]bool{}
	for i, s := range v.Services {
		at := pointerAt("/services", i)
		if seen[s.ID] {
			findings = append(findings, doc.finding(at+"/id", "the id "+s.ID+" stands twice", "give each service an id of its own"))
		}
		seen[s.ID] = true
		if !book.Has(ListServices, s.Kind) {
			findings = append(findings, doc.finding(at+"/kind", "unknown kind of service "+s.Kind, "use a code of codebook/services.csv"))
		}
		for _, state := range s.States {
			if !book.Has(ListStates, state) {
				findings = append(findings, doc.finding(at+"/states", "unknown state "+state, "use an INEGI code of codebook/states.csv"))
			}
		}
		if s.Status == StatusVerified && s.VerifiedOn == "" {
			findings = append(findings, doc.finding(at+"/verified_on", s.ID+" is verified without a date", "give the date of the source, or call it dated"))
		}
	}
	return v.Services, findings
}
