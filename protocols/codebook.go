package protocols

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"umbral/screening"
)

// Names of the lists in codebook/ that code asks for; every other list is found
// by the name of its file.
const (
	ListAgeGroups      = "age_groups"
	ListAddendumKinds  = "addendum_kinds"
	ListAuthorities    = "authorities"
	ListConsents       = "consents"
	ListCountries      = "countries"
	ListEnded          = "ended"
	ListGroups         = "groups"
	ListIndicators     = "indicators"
	ListInterpreters   = "interpreters"
	ListLanguages      = "languages"
	ListLevels         = "levels"
	ListMissing        = "missing"
	ListModes          = "modes"
	ListNeeds          = "needs"
	ListOffences       = "offences"
	ListOpenQuestions  = "open_questions"
	ListRaiseReasons   = "raise_reasons"
	ListRelations      = "relations"
	ListReviewReasons  = "review_reasons"
	ListRoles          = "roles"
	ListServices       = "services"
	ListSettings       = "settings"
	ListSexes          = "sexes"
	ListStates         = "states"
	ListSubjectKinds   = "subject_kinds"
	listMunicipalities = "municipalities"
	listOffenceRules   = "offence_rules"
	listTwins          = "twins"
)

// keyColumns are the columns that hold the code of a row, by preference.
var keyColumns = []string{"code", "inegi", "alpha3"}

// authorOnly are columns for authors and lawyers that no device shows.
var authorOnly = map[string]bool{
	"source": true, "seed_paragraph": true, "why": true, "typical_encounter": true, "note": true,
	"elements_es": true, "elements_en": true, "minor_or_unable": true, "text_verified": true, "meaning": true, "not": true, "when": true,
	"version": true, "review": true,
}

// CodeList is one list of codes, in the order of its file.
type CodeList struct {
	Name string
	rows []map[string]string // every row has "code"
	at   map[string]int      // code -> its first row
}

// Codes returns the codes in order. A list with rows that have no code yet
// (language variants) leaves these out.
func (l *CodeList) Codes() []string {
	codes := make([]string, 0, len(l.rows))
	for _, r := range l.rows {
		if c := r["code"]; c != "" {
			codes = append(codes, c)
		}
	}
	return codes
}

// Has reports whether code is in the list. Missing codes are not; see ListMissing.
func (l *CodeList) Has(code string) bool {
	if l == nil {
		return false
	}
	_, ok := l.at[code]
	return ok
}

// Row returns the columns of code, nil where the list does not have it. It is
// not to be changed.
func (l *CodeList) Row(code string) map[string]string {
	if !l.Has(code) {
		return nil
	}
	return l.rows[l.at[code]]
}

// Label returns the words for code in es or en; any other language gets Spanish,
// and an unknown code stands for itself.
func (l *CodeList) Label(code, lang string) string {
	row := l.Row(code)
	if row == nil {
		return code
	}
	if base, _, _ := strings.Cut(lang, "-"); base == "en" && row["en"] != "" {
		return row["en"]
	}
	return row["es"]
}

// Book is the codebook: every list that records and figures draw on.
type Book struct {
	lists      map[string]*CodeList
	indicators []screening.Indicator
	twins      map[string]string // exploitation code -> its labour-rights twin, and back
}

var bookOnce = sync.OnceValues(func() (*Book, error) { return readBook(embedded) })

// Codebook returns the codebook of the program. It panics only where the program
// was built with a broken one, which its tests do not let pass.
func Codebook() *Book {
	b, err := bookOnce()
	if err != nil {
		panic(err)
	}
	return b
}

// List returns a list by the name of its file, nil where there is none.
func (b *Book) List(name string) *CodeList { return b.lists[name] }

// Has reports whether the list has the code.
func (b *Book) Has(list, code string) bool { return b.lists[list].Has(code) }

// Label returns the words for a code in es or en; see CodeList.Label.
func (b *Book) Label(list, code, lang string) string {
	if l := b.lists[list]; l != nil {
		return l.Label(code, lang)
	}
	return code
}

// Names lists the names of the lists.
func (b *Book) Names() []string { return slices.Sorted(maps.Keys(b.lists)) }

// Indicators returns the indicators in codebook order.
func (b *Book) Indicators() []screening.Indicator { return slices.Clone(b.indicators) }

// HasMunicipality reports whether code is a municipality of the state.
func (b *Book) HasMunicipality(state, code string) bool {
	return strings.HasPrefix(code, state) && b.Has(listMunicipalities, code)
}

// HasVariant reports whether INALI's catalogue has a variant of this name: few of
// them have a code.
func (b *Book) HasVariant(name string) bool {
	return name != "" && slices.ContainsFunc(b.lists[ListLanguages].rows, func(r map[string]string) bool { return r["variant"] == name })
}

// Listed reports whether an interpreter of this kind can be listed and called.
func (b *Book) Listed(kind string) bool { return b.lists[ListInterpreters].Row(kind)["listed"] != "" }

// MunicipalitySource is what INEGI's terms of use ask to be shown.
const MunicipalitySource = "Fuente: INEGI, Catálogo Único de Claves AGEEML, 2025 (extracto)"

// MunicipalitiesJSON returns {"source", "items": [[code, name], ...]}.
func (b *Book) MunicipalitiesJSON() ([]byte, error) {
	l := b.lists[listMunicipalities]
	items := make([][2]string, len(l.rows))
	for i, r := range l.rows {
		items[i] = [2]string{r["code"], r["name"]}
	}
	return json.Marshal(map[string]any{"source": MunicipalitySource, "items": items})
}

// JSON returns the codebook for devices: {"<list>": [{code, es, en, ...}]},
// without municipalities, which are a file of their own, and without what only
// authors read. Go writes map keys sorted, so the bytes are always the same.
func (b *Book) JSON() ([]byte, error) {
	out := map[string][]map[string]string{}
	for name, l := range b.lists {
		if name == listMunicipalities {
			continue
		}
		rows := make([]map[string]string, len(l.rows))
		for i, r := range l.rows {
			rows[i] = map[string]string{}
			for column, v := range r {
				if v != "" && !authorOnly[column] {
					rows[i][column] = v
				}
			}
		}
		out[name] = rows
	}
	return json.Marshal(out)
}

// readBook reads codebook/*.csv. offence_rules and twins are rules, not lists of codes.
func readBook(fsys fs.FS) (*Book, error) {
	b := &Book{lists: map[string]*CodeList{}, twins: map[string]string{}}
	for _, file := range globAll(fsys, "codebook/*.csv") {
		name := strings.TrimSuffix(path.Base(file), ".csv")
		rows, err := readCSV(fsys, file)
		if err != nil {
			return nil, err
		}
		switch name {
		case listOffenceRules:
		case listTwins:
			for _, r := range rows {
				b.twins[r["exploitation"]], b.twins[r["labour"]] = r["labour"], r["exploitation"]
			}
		default:
			if b.lists[name], err = newList(name, rows); err != nil {
				return nil, err
			}
		}
	}
	indicators := b.lists[ListIndicators]
	if indicators == nil {
		return nil, fmt.Errorf("codebook: there is no indicators.csv")
	}
	for _, r := range indicators.rows {
		b.indicators = append(b.indicators, screening.Indicator{Code: r["code"], Dimension: r["dimension"], Strength: r["strength"]})
	}
	return b, nil
}

func newList(name string, rows []map[string]string) (*CodeList, error) {
	l := &CodeList{Name: name, rows: rows, at: map[string]int{}}
	for i, r := range rows {
		code := r["code"]
		if code == "" {
			if name != ListLanguages {
				return nil, fmt.Errorf("codebook/%s.csv: row %d has no code", name, i+2)
			}
			continue
		}
		if _, twice := l.at[code]; twice && name != ListLanguages {
			return nil, fmt.Errorf("codebook/%s.csv: the code %s stands twice", name, code)
		} else if !twice {
			l.at[code] = i
		}
	}
	return l, nil
}

// readCSV returns the rows as columns by name; the column that holds the code is
// called code whatever the file calls it.
func readCSV(fsys fs.FS, file string) ([]map[string]string, error) {
	f, err := fsys.Open(file)
	if err != nil {
		return nil, fmt.Errorf("codebook: %w", err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(all) < 2 {
		return nil, fmt.Errorf("%s: no rows", file)
	}
	header := slices.Clone(all[0])
	for _, key := range keyColumns {
		if i := slices.Index(header, key); i >= 0 {
			header[i] = "code"
			break
		}
	}
	rows := make([]map[string]string, len(all)-1)
	for i, record := range all[1:] {
		rows[i] = make(map[string]string, len(header))
		for j, v := range record {
			rows[i][header[j]] = v
		}
	}
	return rows, nil
}
