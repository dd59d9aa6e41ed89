package screeningtest

import (
	"strconv"

	"umbral/screening"
)

// Source gives numbers from 0 to n-1: a *rand.Rand, or a property test's draw.
type Source interface{ IntN(n int) int }

// Sizes of random protocols: small, so that conditions meet often.
const (
	maxModules  = 4
	maxItems    = 4
	maxDepth    = 3 // of a condition
	oneInGarble = 12
)

// Codes that random protocols draw from; the last one is in no codebook.
var (
	randomCodes = []string{"rec_deceived_job", "rec_threats", "rec_child", "exp_excessive_hours", "exp_hazardous",
		"exp_slavery", "exp_sexual_services", "coe_documents_kept", "coe_debt_bondage", "coe_threat_family",
		"vul_economic", "lab_late_pay", "dan_injury_now", "dan_captive", "dan_weapon", "ctx_kin", "not_in_the_codebook"}
	randomDimensions = []string{"recruitment_deceptive", "recruitment_coercive", "recruitment_vulnerability",
		"exploitation", "coercion_destination", "vulnerability_destination", "labour_rights", "danger", "context"}
	randomStrengths = []string{"strong", "medium", "weak", "danger", "none"}
	randomFields    = []string{"age", "sex", "nationality", "state_of_origin", "groups.unable_to_understand",
		"groups.pregnant", "consent.talk", "", "", "", "", "", "", ""}
	randomValues = []string{screening.Yes, screening.No, screening.NoInformation, screening.NotApplicable,
		screening.Declined, screening.Unknown, "a", "b", "a,b", "b,a", "13_17", "over_60", "__proto__", ""}
	randomBands = []string{"0_12", "13_17", "18_29", "over_60", screening.Unknown, screening.NoInformation,
		"old", "_17", "over_", "13_17_", "1234_5"}
	randomKinds  = []string{screening.Observation, screening.Question, screening.Consent, screening.Registration, screening.Statement}
	randomTypes  = []string{screening.YesNo, screening.YesNo, screening.YesNo, screening.Choice, screening.Multi, screening.AgeType, screening.NoneToGive}
	randomLevels = []string{screening.PresumedVictim, screening.PossibleVictim, screening.Inconclusive, screening.LabourViolation, screening.NoneFound}
	randomEnded  = []string{screening.Completed, screening.Completed, "stopped_by_person", ""}
	randomRoles  = []string{"labour_inspector", "police_officer", "health_worker"}
	randomPlaces = []string{"agriculture", "factory"}
	randomSexes  = []string{"female", "male", screening.NoInformation, ""}
)

// maker draws one protocol; ids are those of the items made so far.
type maker struct {
	Source
	ids []string
}

// RandomProtocol makes a protocol that the linter would often refuse: random
// gates, counts, ages, ends, duplicate ids and codes that nobody knows.
func RandomProtocol(src Source) *screening.Protocol {
	m := &maker{Source: src}
	p := &screening.Protocol{ID: "random", Version: 1, Settings: randomPlaces, Roles: randomRoles}
	for i := range 1 + m.IntN(maxModules) {
		mod := screening.Module{ID: "m" + strconv.Itoa(i)}
		if m.oneIn(2) {
			mod.OpenIf = m.conditionPtr()
		}
		for range 1 + m.IntN(maxItems) {
			mod.Items = append(mod.Items, m.item())
		}
		p.Modules = append(p.Modules, mod)
	}
	p.Rules = m.rules()
	for range m.IntN(3) {
		p.Figures = append(p.Figures, m.figure())
	}
	return p
}

func (m *maker) item() screening.Item {
	it := screening.Item{
		ID: "i" + strconv.Itoa(len(m.ids)), Kind: m.of(randomKinds), Type: m.of(randomTypes), Field: m.of(randomFields),
		Text: "text {{.wage}} {{.hours}}", Core: m.oneIn(4), Means: m.oneIn(5),
	}
	if len(m.ids) > 0 && m.oneIn(oneInGarble) {
		it.ID = m.of(m.ids)
	}
	if m.oneIn(3) {
		it.ChildText = "child words"
	}
	if it.Type == screening.Choice || it.Type == screening.Multi {
		it.Options = []screening.Option{{Code: "a", Text: "A"}, {Code: "b", Text: "B"}}
	}
	if m.oneIn(4) {
		it.List = "sexes"
	}
	if m.oneIn(3) {
		it.AskIf = m.conditionPtr()
	}
	for range m.IntN(3) {
		if it.Meets == nil {
			it.Meets = map[string]string{}
		}
		it.Meets[m.of(randomValues)] = m.of(randomCodes)
	}
	if m.oneIn(8) {
		it.EndsOn = m.some(randomValues)
	}
	m.ids = append(m.ids, it.ID)
	return it
}

func (m *maker) rules() screening.Rules {
	r := Rules()
	if m.oneIn(3) {
		return r
	}
	r.ChildPath, r.ChildWords = m.condition(maxDepth), m.condition(maxDepth)
	if m.oneIn(3) {
		r.Indicators = m.indicators()
	}
	r.Levels = nil
	for i := range m.IntN(4) {
		r.Levels = append(r.Levels, screening.LevelRule{ID: "r" + strconv.Itoa(i), Level: m.of(randomLevels), When: m.condition(maxDepth)})
	}
	r.Offences, r.Actions = nil, nil
	for i := range m.IntN(4) {
		r.Offences = append(r.Offences, m.offence(i))
	}
	for i := range m.IntN(4) {
		r.Actions = append(r.Actions, screening.ActionRule{Code: "act" + strconv.Itoa(i/2), Kind: "do", When: m.condition(maxDepth)})
	}
	return r
}

// indicators is a small codebook of another order, some codes twice.
func (m *maker) indicators() []screening.Indicator {
	var list []screening.Indicator
	for range 1 + m.IntN(len(randomCodes)) {
		list = append(list, screening.Indicator{Code: m.of(randomCodes), Dimension: m.of(randomDimensions), Strength: m.of(randomStrengths)})
	}
	return list
}

func (m *maker) offence(i int) screening.OffenceRule {
	o := screening.OffenceRule{Code: "art" + strconv.Itoa(i/2), Verified: m.oneIn(2), When: m.condition(2)}
	for j := range m.IntN(4) {
		e := screening.Element{Code: "e" + strconv.Itoa(j)}
		if !m.oneIn(4) {
			e.Indicators = m.some(randomCodes)
		}
		if m.oneIn(3) {
			e.NotNeeded = m.conditionPtr()
		}
		o.Elements = append(o.Elements, e)
	}
	return o
}

func (m *maker) figure() screening.Figure {
	f := screening.Figure{Code: m.of([]string{"wage", "hours"})}
	for year := range m.IntN(4) {
		f.Values = append(f.Values, screening.FigureValue{Year: 2024 + year, Value: strconv.Itoa(m.IntN(100))})
	}
	return f
}

func (m *maker) conditionPtr() *screening.Condition {
	c := m.condition(maxDepth)
	return &c
}

// condition draws one or two parts; one in garble is empty or nonsense.
func (m *maker) condition(depth int) screening.Condition {
	var c screening.Condition
	for range 1 + m.IntN(2) {
		m.addPart(&c, depth)
	}
	return c
}

func (m *maker) addPart(c *screening.Condition, depth int) {
	yes := m.oneIn(2)
	switch part := m.IntN(16); {
	case part < 3 && depth > 0:
		parts := []screening.Condition{m.condition(depth - 1), m.condition(depth - 1)}
		if part == 0 {
			c.All = parts
		} else if part == 1 {
			c.Any = parts
		} else {
			c.Not = &parts[0]
		}
	case part < 7:
		c.Item, c.Is = m.anItem(), m.some(randomValues)
	case part < 10:
		c.Count = m.count()
	case part == 10:
		c.Path = m.of([]string{screening.PathChild, screening.PathAdult})
	case part == 11:
		m.addPersonPart(c)
	case part == 12:
		c.AgeBelow = m.IntN(70)
	case part == 13:
		c.AgeKnown = &yes
	case part == 14:
		c.CoreMissing = &yes
	case part == 15:
		c.LevelIs = m.some(randomLevels)
	}
}

func (m *maker) addPersonPart(c *screening.Condition) {
	switch m.IntN(5) {
	case 0:
		c.Sex = m.some(randomSexes)
	case 1:
		c.Role = m.some(randomRoles)
	case 2:
		c.Setting = m.some(randomPlaces)
	case 3:
		c.Group = m.of([]string{"unable_to_understand", "pregnant", "__proto__"})
	case 4:
		c.EndedIs = m.some(randomEnded)
	}
}

func (m *maker) count() *screening.Count {
	c := &screening.Count{Min: m.IntN(4)}
	if m.oneIn(2) {
		c.Dimensions = m.some(randomDimensions)
	}
	if m.oneIn(2) {
		c.Codes = m.some(randomCodes)
	}
	if m.oneIn(2) {
		c.Strengths = m.some(randomStrengths)
	}
	if m.oneIn(3) {
		c.Except = m.some(randomCodes)
	}
	return c
}

// anItem is mostly one that came earlier, sometimes one that never comes.
func (m *maker) anItem() string {
	if len(m.ids) == 0 || m.oneIn(oneInGarble) {
		return "i" + strconv.Itoa(m.IntN(maxModules*maxItems))
	}
	return m.of(m.ids)
}

// RandomInput answers most items of p, some of them wrongly, twice or out of order.
func RandomInput(src Source, p *screening.Protocol) screening.Input {
	m := &maker{Source: src}
	in := screening.Input{Role: m.of(randomRoles), Setting: m.of(randomPlaces), Ended: m.of(randomEnded), Person: m.person()}
	answered := 1 + m.IntN(10) // of ten
	for _, mod := range p.Modules {
		for i := range mod.Items {
			if m.IntN(10) < answered {
				in.Answers = append(in.Answers, m.answer(&mod.Items[i]))
			}
		}
	}
	if m.oneIn(oneInGarble) {
		in.Answers = append(in.Answers, screening.Answer{Item: "nobody_knows", Value: m.of(randomValues)})
	}
	for i := len(in.Answers) - 1; i > 0; i-- {
		j := m.IntN(i + 1)
		in.Answers[i], in.Answers[j] = in.Answers[j], in.Answers[i]
	}
	return in
}

func (m *maker) answer(it *screening.Item) screening.Answer {
	a := screening.Answer{Item: it.ID, Value: m.of(randomValues)}
	if len(it.Meets) > 0 && m.oneIn(2) {
		for _, value := range randomValues { // in order, not in the map's
			if it.Meets[value] != "" {
				a.Value = value
			}
		}
	}
	return a
}

func (m *maker) person() screening.Person {
	p := screening.Person{Sex: m.of(randomSexes), Nationality: m.of([]string{"MEX", "GTM", screening.Unknown, ""})}
	switch m.IntN(4) {
	case 0:
		age := m.IntN(80)
		p.Age = &age
	case 1:
		age := m.IntN(400) - 100
		p.Age = &age
		p.AgeGroup = m.of(randomBands)
	case 2:
		p.AgeGroup = m.of(randomBands)
	}
	if m.oneIn(2) {
		p.Groups = map[string]string{"unable_to_understand": m.of(randomValues), "pregnant": m.of(randomValues)}
	}
	if m.oneIn(oneInGarble) {
		p.Groups = map[string]string{"~/odd": screening.Yes, "__proto__": screening.Yes}
	}
	return p
}

func (m *maker) oneIn(n int) bool { return m.IntN(n) == 0 }

func (m *maker) of(list []string) string { return list[m.IntN(len(list))] }

// some draws one to three of list.
func (m *maker) some(list []string) []string {
	var drawn []string
	for range 1 + m.IntN(3) {
		drawn = append(drawn, m.of(list))
	}
	return drawn
}
