package main

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"umbral/locales"
)

func localeReport(args []string, std streams) int {
	set := flag.NewFlagSet("report", flag.ContinueOnError)
	asJSON := set.Bool("json", false, "")
	markdown := set.Bool("markdown", false, "")
	dir := set.String("locales", "", "")
	words, err := parseLocaleFlags(set, args, 1, std)
	if err != nil {
		return exitUsage
	}
	tag := strings.Join(words, "")
	if *markdown && (*asJSON || tag != "") {
		fmt.Fprintln(std.err, "server locale report: --markdown is the page of all languages; it goes with no TAG and not with --json")
		return exitUsage
	}
	var catalog *locales.Catalog
	languages, err := languagesIn(*dir)
	if err == nil {
		catalog, err = loadLocales(languages)
	}
	if err != nil {
		fmt.Fprintf(std.err, "server locale report: %v\n", err)
		return exitFailure
	}
	if tag != "" && !catalog.Known(tag) {
		fmt.Fprintf(std.err, "server locale report: %q is not registered; \"server locale report\" names every language\n", tag)
		return exitUsage
	}
	reports := catalog.Reports(tag)
	switch {
	case *asJSON:
		return printJSON(std, reports)
	case *markdown:
		languagesPage(reports, std)
	default:
		languagesText(reports, tag != "", std)
	}
	return exitOK
}

// languagesText writes a line for each language and part; of one that was named
// also what its screenings lack. Languages without a text are one line together.
func languagesText(reports []locales.Report, named bool, std streams) {
	w := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "LANGUAGE\tPART\tALL")
	for _, s := range locales.Statuses() {
		fmt.Fprintf(w, "\t%s", strings.ToUpper(string(s)))
	}
	fmt.Fprintln(w, "\tMISSING\tNO AUDIO\tLACKS")
	without := []string{}
	for _, r := range reports {
		if r.Empty() && !named {
			without = append(without, r.Code)
			continue
		}
		line(w, r.Code, "person", r.Person)
		line(w, r.Code, "interface", r.Interface)
		for _, id := range slices.Sorted(maps.Keys(r.Protocols)) {
			line(w, r.Code, id, r.Protocols[id])
		}
	}
	w.Flush()
	if len(without) > 0 {
		fmt.Fprintf(std.out, "no text yet: %s\n", strings.Join(without, " "))
	}
	if named {
		lacks(reports[0], std)
	}
}

func line(w *tabwriter.Writer, code, part string, p locales.Progress) {
	fmt.Fprintf(w, "%s\t%s\t%d", code, part, p.All)
	for _, s := range locales.Statuses() {
		fmt.Fprintf(w, "\t%d", p.Statuses[s])
	}
	fmt.Fprintf(w, "\t%d\t%d\t%d\n", p.Missing, p.WithoutAudio, len(p.Lacks))
}

// shownLacks bounds what is named of what a screening lacks; --json has it all.
const shownLacks = 10

func lacks(r locales.Report, std streams) {
	for _, id := range slices.Sorted(maps.Keys(r.Protocols)) {
		p := r.Protocols[id]
		if slices.Contains(r.Screening, id) {
			fmt.Fprintf(std.out, "%s may be put to a person in %s\n", id, r.Code)
			continue
		}
		fmt.Fprintf(std.out, "%s is put in Spanish: %d of %d texts are missing or below the gate: %s", id, len(p.Lacks), p.All, strings.Join(p.Lacks[:min(shownLacks, len(p.Lacks))], ", "))
		if more := len(p.Lacks) - shownLacks; more > 0 {
			fmt.Fprintf(std.out, " and %d more (--json names all)", more)
		}
		fmt.Fprintln(std.out)
	}
}

// languagesPage writes docs/languages.md.
func languagesPage(reports []locales.Report, std streams) {
	fmt.Fprint(std.out, languagesHead)
	fmt.Fprint(std.out, "\n| código / code | lengua / language | palabras para la persona / words for the person | interfaz / interface | cuestionarios / screenings | audio |\n| --- | --- | --- | --- | --- | --- |\n")
	without := []string{}
	for _, r := range reports {
		if r.Empty() {
			without = append(without, nameOf(r)+" `"+r.Code+"`")
			continue
		}
		screenings := "todos / all"
		if r.Code != locales.Source {
			screenings = ofAll(len(r.Screening), len(r.Protocols))
		}
		fmt.Fprintf(std.out, "| `%s` | %s | %s | %s | %s | %s |\n", r.Code, nameOf(r), countOf(r.Person), interfaceOf(r), screenings, audioOf(r))
	}
	fmt.Fprintf(std.out, "\nRegistradas y sin texto todavía / Registered, without a text yet (%d): %s.\n", len(without), strings.Join(without, "; "))
	fmt.Fprint(std.out, languagesFoot)
}

func nameOf(r locales.Report) string {
	if r.Autonym == "" || r.Autonym == r.Name {
		return r.Name
	}
	return fmt.Sprintf("%s (%s)", r.Name, r.Autonym)
}

// countOf are a part's texts by status.
func countOf(p locales.Progress) string {
	parts := []string{}
	for _, s := range locales.Statuses() {
		if n := p.Statuses[s]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", s, n))
		}
	}
	return fmt.Sprintf("%s (de / of %d)", cmp.Or(strings.Join(parts, ", "), "0"), p.All)
}

// interfaceOf has no number: the page would change with every message of ours.
func interfaceOf(r locales.Report) string {
	switch r.Interface.All - r.Interface.Missing {
	case r.Interface.All:
		return "todo / all"
	case r.Person.All - r.Person.Missing:
		return "sólo esas palabras / those words only"
	}
	return "en parte / in part"
}

func ofAll(n, all int) string {
	switch n {
	case all:
		return "todo / all"
	case 0:
		return "nada / none"
	}
	return fmt.Sprintf("%d de / of %d", n, all)
}

func audioOf(r locales.Report) string {
	if r.Heard == 0 {
		return "no"
	}
	return fmt.Sprintf("%d grabaciones / recordings", r.Heard)
}

const languagesHead = `# Lenguas / Languages

` + "`server locale report --markdown`" + ` escribe esta página; una prueba la compara con lo que hay. / writes this page; a test holds it to what is there.

Estados de un texto / Statuses of a text:

| | español | English |
| --- | --- | --- |
| certified | la tradujo una persona, otra la revisó y una tercera la tradujo de vuelta sin ver el original; intérprete con certificación | translated by one person, reviewed by another, translated back by a third who did not see the source; certified interpreter |
| reviewed | la revisó otra persona de la misma variante | reviewed by another speaker of the same variant |
| draft | borrador; nadie la revisó | a draft; nobody reviewed it |
| imported | publicada para otro uso, con su fuente; no se revisó para éste | published for another use, with its source; not reviewed for this one |
| stale | el español cambió después; no se muestra | the Spanish changed since; not shown |
| tampered | el texto no es el que se revisó; no se muestra | the text is not the one that was reviewed; not shown |
| machine | la hizo una máquina; nunca se muestra a una persona | made by a machine; never shown to a person |
| revoked | se retiró por estar mal; no se muestra | withdrawn because it was wrong; not shown |

En una lengua indígena o de señas un cuestionario se hace sólo cuando está certificado completo; mientras tanto se hace en español, marcado, con intérprete. / In an indigenous or sign language a screening is put only when it is certified whole; until then it is put in Spanish, marked, with an interpreter.

En otra lengua se hace cuando está todo lo que se le dice a la persona, aunque sea borrador, y cada texto lo dice; las notas, las acciones y las reglas, que sólo lee quien pregunta, pueden estar en español. / In any other it is put when all that is said to the person is there, though it be a draft, and every text says so; notes, actions and rules, which only who asks reads, may be in Spanish.
`

const languagesFoot = `
## Cómo puede una comunidad agregar su lengua

1. **Diga qué variante es.** Cada código es una sola variante (ISO 639-3), nunca "náhuatl" o "mixteco" en general. Si la variante no tiene código, puede nombrarse en el registro de la persona, pero no se le pone texto de otra.
2. **Quién hace falta.** Cuatro personas de la variante, y ninguna hace dos tareas: quien traduce, quien traduce aparte por su cuenta, quien revisa, y quien traduce de vuelta al español sin haber visto el original. Al menos una con certificación de intérprete (INALI). Sus nombres no se publican: el programa guarda una clave (t-014); la lista con los nombres la guarda la comunidad o la agencia.
3. **Qué se traduce.** Primero un cuestionario completo, con la nota de cada pregunta: qué pregunta, qué no, qué palabras evitar. Se traduce el sentido, no palabra por palabra. Las palabras "sí" y "no" se prueban en voz alta: hubo traducciones de voluntarios en que eran casi iguales.
4. **Se prueba** con cinco a ocho personas que hablan la variante, que saben para qué es, y que dicen con sus palabras qué entendieron. Lo que no se entiende se cambia.
5. **Se graba**, con permiso escrito de quien presta su voz. Muchas personas no leen su lengua: el audio es lo principal. En la página se graba y se oye antes de guardar; también se aceptan archivos MP3 o M4A, y MP4 de una lengua de señas. Nadie certifica su propia voz.
6. **Se trabaja donde convenga.** En la página, con una cuenta de traducción: cada texto con su nota, la retrotraducción a ciegas, la segunda lectura y la certificación, cada paso guardado. Fuera de ella, en una hoja de cálculo por cuestionario que se baja y se sube, y que al volver dice qué cambió y qué no se tomó. O en archivos, que un operador pone en una carpeta (` + "`serve --locales`" + `); ` + "`server locale report TAG`" + ` dice qué falta. Los archivos son ` + "`locales/TAG/`" + `: messages.json (palabras), protocols.json (cuestionarios), status.json (quién, cuándo, de qué español, con qué licencia) y NOTICE (de quién es). La comunidad sigue siendo dueña de su texto y dice con qué licencia se usa.
7. **Si algo está mal**, se retira: deja de mostrarse, y se buscan las personas a quienes se les mostró.

Nunca: texto inventado por una máquina en una lengua indígena; el texto de una variante hermana o de la lengua "general"; voz sintética; un cuestionario a medias, mitad en una lengua y mitad en otra; bajar la exigencia de una lengua indígena o de señas.

## How a community can add its language

1. **Say which variant it is.** Each code is one variant (ISO 639-3), never "Nahuatl" or "Mixtec" at large. A variant without a code can be named as the person's language, and gets no other's text.
2. **Who is needed.** Four speakers of the variant, none of whom does two of the tasks: one translates, one translates apart, one reviews, and one translates back into Spanish without having seen the source. At least one is a certified interpreter (INALI). Their names are not published: the program keeps a key (t-014); the community or the agency keeps the list of names.
3. **What is translated.** One whole screening first, with the note of each question: what it asks, what it does not, which words to avoid. The meaning is translated, not word by word. "Yes" and "no" are tried aloud: volunteer translations were found in which they are nearly the same.
4. **It is tried** with five to eight speakers who know what it is for and say in their own words what they understood. What is not understood is changed.
5. **It is recorded**, with the written consent of whoever lends the voice. Many do not read their language: the audio comes first. The page records and plays it before it is kept; MP3 or M4A files are taken too, and MP4 of a sign language. Nobody certifies their own voice.
6. **The work is done where it suits.** In the page, with a translator's account: each text with its note, the translation back without sight of the source, the second reading and the certification, every step kept. Outside of it, in a spreadsheet for each screening that goes out and comes back and then says what changed and what was not taken. Or in files, which an operator puts into a folder (` + "`serve --locales`" + `); ` + "`server locale report TAG`" + ` says what is missing. The files are ` + "`locales/TAG/`" + `: messages.json (words), protocols.json (screenings), status.json (who, when, from which Spanish, under which licence) and NOTICE (whose it is). The text stays the community's, who says under which licence it is used.
7. **If something is wrong** it is withdrawn: it is no longer shown, and the persons to whom it was shown are looked for.

Never: text in an indigenous language that a machine made up; the text of a sibling variant or of the language "in general"; a synthetic voice; half a screening in one language and half in another; a lower gate for an indigenous or sign language.
`
