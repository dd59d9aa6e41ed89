package protocols

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

const (
	maxSourceBytes = 512 << 10 // a source file; the largest real one has about 100 KiB
	maxDepth       = 40        // nested values; a real condition has fewer than ten
)

// Finding is something wrong in a source: where, what, and what to do about it.
type Finding struct {
	File string `json:"file"`
	Line int    `json:"line"` // 0 where no line can be named
	What string `json:"what"`
	Do   string `json:"do"`
}

func (f Finding) String() string {
	if f.Line == 0 {
		return fmt.Sprintf("%s: %s; %s", f.File, f.What, f.Do)
	}
	return fmt.Sprintf("%s:%d: %s; %s", f.File, f.Line, f.What, f.Do)
}

// document is one YAML file as plain JSON values, and the line of each.
type document struct {
	file  string
	value any
	lines map[string]int // JSON pointer -> line
}

// at returns the line of the value at pointer, or of the nearest one around it.
func (d *document) at(pointer string) int {
	for {
		if line, ok := d.lines[pointer]; ok {
			return line
		}
		cut := strings.LastIndexByte(pointer, '/')
		if cut < 0 {
			return 1
		}
		pointer = pointer[:cut]
	}
}

func (d *document) finding(pointer, what, do string) Finding {
	return Finding{File: d.file, Line: d.at(pointer), What: what, Do: do}
}

// parseYAML reads one YAML document into plain values. It is strict: no second
// document, no alias, no key twice, nothing deeper than maxDepth.
func parseYAML(file string, raw []byte) (*document, []Finding) {
	d := &document{file: file, lines: map[string]int{}}
	if len(raw) > maxSourceBytes {
		return d, []Finding{{file, 0, fmt.Sprintf("the file has more than %d bytes", maxSourceBytes), "split it into modules"}}
	}
	var root yaml.Node
	dec := yaml.NewDecoder(strings.NewReader(string(raw)))
	if err := dec.Decode(&root); err != nil {
		return d, []Finding{yamlFinding(file, err)}
	}
	var second yaml.Node
	if dec.Decode(&second) == nil {
		return d, []Finding{{file, second.Line, "a second YAML document", "keep one document in a file"}}
	}
	c := converter{doc: d}
	d.value = c.value(&root, "", 0)
	return d, c.findings
}

var yamlLine = regexp.MustCompile(`line (\d+): `)

func yamlFinding(file string, err error) Finding {
	what, line := strings.TrimPrefix(err.Error(), "yaml: "), 0
	if m := yamlLine.FindStringSubmatch(what); m != nil {
		line, _ = strconv.Atoi(m[1])
		what = strings.Replace(what, m[0], "", 1)
	}
	if what == "EOF" {
		what = "the file is empty"
	}
	return Finding{file, line, "not readable as YAML: " + what, "correct the indentation, the quotes or the colons of this line"}
}

type converter struct {
	doc      *document
	findings []Finding
}

func (c *converter) add(n *yaml.Node, what, do string) any {
	c.findings = append(c.findings, Finding{c.doc.file, n.Line, what, do})
	return nil
}

// value turns a node into nil, bool, int, string, []any or map[string]any.
func (c *converter) value(n *yaml.Node, pointer string, depth int) any {
	if _, ok := c.doc.lines[pointer]; !ok {
		c.doc.lines[pointer] = n.Line
	}
	if depth > maxDepth {
		return c.add(n, fmt.Sprintf("values nested deeper than %d", maxDepth), "make it flatter")
	}
	switch n.Kind {
	case yaml.DocumentNode:
		return c.value(n.Content[0], pointer, depth)
	case yaml.MappingNode:
		return c.mapping(n, pointer, depth)
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, item := range n.Content {
			list[i] = c.value(item, pointer+"/"+strconv.Itoa(i), depth+1)
		}
		return list
	case yaml.ScalarNode:
		return c.scalar(n)
	}
	return c.add(n, "an alias (*name)", "write the value out: a reader must see it in its place")
}

func (c *converter) mapping(n *yaml.Node, pointer string, depth int) any {
	m := make(map[string]any, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode || key.ShortTag() == "!!merge" {
			c.add(key, "a key that is not a plain word", "write every field out under its own name")
			continue
		}
		if _, twice := m[key.Value]; twice {
			c.add(key, fmt.Sprintf("the field %q stands twice", key.Value), "keep one of them")
			continue
		}
		at := pointer + "/" + escapePointer(key.Value)
		c.doc.lines[at] = key.Line
		m[key.Value] = c.value(value, at, depth+1)
	}
	return m
}

// decimal is the only form read as a number. YAML would also take 13_17 for 1317
// and 07 for 7: age bands and INEGI codes are words here.
var decimal = regexp.MustCompile(`^(0|-?[1-9][0-9]{0,8})$`)

func (c *converter) scalar(n *yaml.Node) any {
	switch n.ShortTag() {
	case "!!null":
		return c.add(n, "a field without a value", "give it a value or take it out")
	case "!!bool":
		return n.Value == "true" || n.Value == "True" || n.Value == "TRUE"
	case "!!int":
		if decimal.MatchString(n.Value) {
			i, _ := strconv.Atoi(n.Value)
			return i
		}
		return n.Value
	case "!!str", "!!float", "!!timestamp":
		return n.Value
	}
	return c.add(n, "a value of the type "+n.ShortTag(), "write it as plain text in quotes")
}

func escapePointer(key string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
}
