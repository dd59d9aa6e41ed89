package static

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/dop251/goja"

	"umbral/protocols"
	"umbral/screening"
	"umbral/screening/screeningtest"
)

// How many walks through the published protocols are compared, each getting its
// share, and how many sets of codes under the rules.
const (
	publishedWalks = 160
	ruleSets       = 4000
)

// Both engines say the same of the protocols that devices really hold: at every
// stage of walks that meet random codes, and of answers that make no sense.
func TestEngine_PublishedProtocols(t *testing.T) {
	script, _ := bundleEngine(t, nil)
	e, err := newEngineJS(goja.MustCompile("engine.js", script, true))
	if err != nil {
		t.Fatal(err)
	}
	all := allPublished(t)
	for _, published := range all {
		p := &published.Protocol
		if err := e.setProtocol(p); err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(7, uint64(p.Version)))
		for range publishedWalks/len(all) + 1 {
			walked, _ := screening.Walk(p, randomWant(rng, p)) // what cannot be met is walked all the same
			in := walked.Input
			inputs := []screening.Input{in, screeningtest.RandomInput(rng, p)}
			in.Answers = in.Answers[:rng.IntN(len(in.Answers)+1)]
			in.Ended = ""
			for _, in := range append(inputs, in) {
				if d := e.differ(p, in); d != "" {
					t.Fatalf("%s@%d: %.4000s", p.ID, p.Version, d)
				}
			}
		}
	}
}

func allPublished(t *testing.T) []protocols.Published {
	t.Helper()
	all, err := protocols.All()
	if err != nil || len(all) == 0 {
		t.Fatalf("%d published protocols, %v", len(all), err)
	}
	return all
}

func randomWant(rng *rand.Rand, p *screening.Protocol) screening.Want {
	want := screening.Want{Meets: randomCodes(rng, p), AgeUnknown: rng.IntN(4) == 0}
	if age := rng.IntN(60); rng.IntN(2) == 0 {
		want.Age = &age
	}
	if rng.IntN(2) == 0 {
		want.Sex = "male"
	}
	if len(p.Roles) > 0 {
		want.Role = p.Roles[rng.IntN(len(p.Roles))]
	}
	return want
}

func randomCodes(rng *rand.Rand, p *screening.Protocol) []string {
	var codes []string
	for range rng.IntN(7) {
		codes = append(codes, p.Rules.Indicators[rng.IntN(len(p.Rules.Indicators))].Code)
	}
	return codes
}

// The newest published rules give the levels of the design, which
// screeningtest.Rules says a second time: whoever changes a rule changes both.
func TestPublishedRules_GiveTheLevelsOfTheDesign(t *testing.T) {
	newest := map[string]protocols.Published{}
	for _, published := range allPublished(t) {
		newest[published.Protocol.ID] = published // ordered by version
	}
	for _, published := range newest {
		design, real := screeningtest.Flat(), screeningtest.Flat()
		if !slices.Equal(published.Protocol.Rules.Indicators, design.Rules.Indicators) {
			t.Errorf("%s: the codebook is not that of the tests", published.Protocol.ID)
		}
		real.Rules.Levels = published.Protocol.Rules.Levels
		rng := rand.New(rand.NewPCG(8, 8))
		for range ruleSets {
			codes := randomCodes(rng, design)
			in := screeningtest.Aged(screeningtest.Met(codes...), rng.IntN(40)-2)
			if rng.IntN(5) == 0 {
				in.Answers = append(in.Answers, screening.Answer{Item: screeningtest.CoreItem, Value: screening.Declined})
			}
			want, got := screening.Evaluate(design, in), screening.Evaluate(real, in)
			if got.Level != want.Level {
				t.Fatalf("%s: %v on the %s path give %s, the design %s", published.Protocol.ID, codes, want.Path, got.Level, want.Level)
			}
		}
	}
}
