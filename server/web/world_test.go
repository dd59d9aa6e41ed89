package web_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"umbral/locales"
	"umbral/protocols"
	"umbral/screening"
	"umbral/server/access"
	"umbral/server/audit"
	"umbral/server/auth"
	"umbral/server/figures"
	"umbral/server/ingest"
	"umbral/server/interpreters"
	"umbral/server/problem"
	"umbral/server/proof"
	"umbral/server/recall"
	"umbral/server/record"
	"umbral/server/referral"
	"umbral/server/retention"
	"umbral/server/review"
	"umbral/server/reviewers"
	"umbral/server/seal"
	"umbral/server/store/bolt"
	"umbral/server/store/storetest"
	"umbral/server/translation"
	"umbral/server/web"
)

const password = "una frase larga de prueba"

// world is a whole server on a real store behind a real listener.
type world struct {
	t      *testing.T
	dir    string // all that the server has on its disk
	url    string
	store  *bolt.Store
	seal   *seal.Keyring
	root   *seal.Root
	api    *web.API
	auth   *auth.Service
	keep   *ingest.Committer
	log    *lockedBuffer
	client *http.Client

	mu       sync.Mutex
	sessions map[string]session
	desk     *ecdsa.PrivateKey // proves log-ins that have no phone
	proofs   *proof.Checker
	clock    func() time.Time
	texts    textsOf
	desked   deskTexts
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// people of the world: one of each role, and two of another agency.
var people = []auth.NewAccount{
	{Username: "inspectora", Account: access.Agent, Post: "labour_inspector", Agency: "uno"},
	{Username: "supervisora", Account: access.Supervisor, Agency: "uno", Tasks: access.Tasks()},
	{Username: "revisora", Account: access.Supervisor, Agency: "uno", Tasks: access.Tasks()},
	{Username: "segunda", Account: access.Supervisor, Agency: "uno", Tasks: access.Tasks()},
	{Username: "admin", Account: access.Admin, Agency: "uno"},
	{Username: "traductora", Account: access.Translator, Agency: "uno"},
	{Username: "analista", Account: access.Analyst, Agency: "uno", Tasks: []string{access.Children, access.Sensitive}},
	{Username: "ajena", Account: access.Agent, Post: "labour_inspector", Agency: "dos"},
	{Username: "ajena-supervisora", Account: access.Supervisor, Agency: "dos", Tasks: access.Tasks()},
}

// newWorld makes a world; change may be nil.
func newWorld(t *testing.T, change func(*web.Deps)) *world {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	w := &world{t: t, dir: dir, log: &lockedBuffer{}, sessions: map[string]session{}, desk: newKey(t), client: &http.Client{}, clock: time.Now}
	var err error
	w.store, err = bolt.Open(filepath.Join(dir, "umbral.db"), storetest.Master())
	must(t, err)
	w.seal, err = seal.OpenKeyring(filepath.Join(dir, "keys"), time.Now)
	must(t, err)
	w.root, err = seal.OpenRoot(filepath.Join(dir, "keys"), time.Now)
	must(t, err)
	tokens, err := auth.OpenKeyring(ctx, w.store, filepath.Join(dir, "keys"), time.Now)
	must(t, err)
	w.auth = &auth.Service{Store: w.store, Keys: tokens, Issuer: "umbral", Now: func() time.Time { return w.clock() },
		IsState: func(code string) bool { return protocols.Codebook().Has(protocols.ListStates, code) }}
	w.proofs = &proof.Checker{Nonces: proof.NewNonces(func() time.Time { return w.clock() })}
	w.keep = ingest.NewCommitter(w.store)
	for _, g := range []auth.Agency{{ID: "uno", Name: "Uno"}, {ID: "dos", Name: "Dos"}} {
		_, err := w.auth.CreateAgency(ctx, auth.Operator, g)
		must(t, err)
	}
	d := w.deps(t)
	if change != nil {
		change(&d)
	}
	w.api, err = web.New(d)
	must(t, err)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	w.url = "http://" + ln.Addr().String()
	served := make(chan error, 1)
	go func() { served <- w.api.Serve(ln) }()
	t.Cleanup(func() {
		w.client.CloseIdleConnections()
		stop, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := w.api.Shutdown(stop); err != nil {
			t.Errorf("shutdown: %v", err)
		}
		if err := <-served; err != nil {
			t.Errorf("serve: %v", err)
		}
		w.keep.Stop()
		if err := w.store.Check(context.Background()); err != nil {
			t.Errorf("the store is not whole after the test: %v", err)
		}
		must(t, w.store.Close())
	})
	return w
}

func (w *world) deps(t *testing.T) web.Deps {
	t.Helper()
	newID := func() string { return uuid.Must(uuid.NewV7()).String() }
	book := protocols.Codebook()
	catalog, err := locales.Load(nil)
	must(t, err)
	reviews := &review.Desk{Store: w.store, Codes: book, NewID: newID, Now: time.Now,
		Fits: func(reason, decision string) bool {
			row := book.List(protocols.ListReviewReasons).Row(reason)
			return row != nil && strings.Contains(row["for"], decision)
		}}
	all, err := protocols.All()
	must(t, err)
	var blobs []web.Blob
	for _, p := range all {
		blobs = append(blobs, web.Blob{Kind: web.KindProtocol, ID: p.Protocol.ID, Version: p.Protocol.Version, Bytes: p.Bytes})
	}
	codes, err := book.JSON()
	must(t, err)
	blobs = append(blobs, web.Blob{Kind: web.KindCodebook, ID: "codebook", Version: 1, Bytes: codes})
	pack, err := catalog.Pack("en")
	must(t, err)
	text, err := json.Marshal(pack)
	must(t, err)
	registry, err := json.Marshal(map[string]any{"items": catalog.Coverage()})
	must(t, err)
	content, err := web.NewContent(blobs, web.Languages{List: registry, Packs: map[string][]byte{"en": text}})
	must(t, err)
	return web.Deps{
		Auth: w.auth, Proofs: w.proofs, Feed: w.store, Reviews: reviews, Content: content, Protocols: shelf{}, Words: words{catalog},
		Intake: &ingest.Desk{Opener: w.seal, Registry: w.store, Library: ingest.Shelves{}, Codes: book,
			Keep: w.keep, Shelf: w.store, Now: time.Now},
		Referrals: &referral.Desk{Store: w.store, Cases: reviews, Directory: kinds{}, NewID: newID, Now: time.Now},
		Reviewers: &reviewers.Desk{Store: w.store, People: reviewersOf{w}, Cases: reviews, Codes: book, Sign: w.root.Sign,
			NewID: newID, Now: time.Now},
		Retention: &retention.Desk{Store: w.store, Codes: book, Agencies: w.store, NewID: newID,
			Now: func() time.Time { return w.clock() }},
		Recording: w.texts.recording,
		Recalls: &recall.Desk{Store: w.store, Texts: &w.texts, Codes: book, NewID: newID, Now: time.Now,
			Withdrawn: func(context.Context) error { w.texts.withdrawn++; return nil }},
		Interpreters: &interpreters.Desk{Store: w.store, Codes: book, Listed: book.Listed, Languages: tongues{catalog}, Agencies: w.store,
			NewID: newID, Now: func() time.Time { return w.clock() }},
		Translations: &translation.Desk{Store: w.store, Texts: &w.desked, Codes: book, Changed: func() { w.desked.changed++ }, NewID: newID, Now: time.Now,
			Added: func(context.Context) error { w.desked.changed++; return nil },
			Media: func(b []byte) (string, int, bool) { m, ok := locales.MediaType(b); return m, locales.MaxOf(m), ok }},
		Figures: &figures.Desk{Store: w.store, Codes: book},
		Audit:   &audit.Desk{Store: w.store, Sign: w.root.Sign, Now: time.Now}, Enter: w.store.Enter,
		Keys: func(context.Context) (seal.KeySet, error) { return seal.Signed(w.seal, w.root, nil), nil },
		Person: func(ctx context.Context, who access.Caller) (auth.Account, auth.Agency, error) {
			a, err := w.store.Account(ctx, who.User)
			if err != nil {
				return a, auth.Agency{}, err
			}
			g, err := w.store.Agency(ctx, a.Agency)
			return a, g, err
		},
		Ready: w.store.Ready, Log: slog.New(slog.NewJSONHandler(w.log, nil)), Now: time.Now,
	}
}

// textsOf are the languages of the world, with one text in Mam.
type textsOf struct{ withdrawn int }

// mamItem is an item of the published protocol that has the text.
const mamItem = "reg_sex"

const mamText = "la pregunta en una lengua de prueba"

func (*textsOf) Known(locale string) bool  { return locale == "mam" || locale == "es-MX" }
func (*textsOf) Source(locale string) bool { return locale == "es-MX" }
func (*textsOf) Hashes(locale, message string) (string, []string, bool) {
	hash := locales.TextHash(mamText)
	return hash, []string{hash}, locale == "mam" && message == "item."+mamItem
}

// mamVoice is the one recording of the world.
var mamVoice = []byte("ID3, the question in a voice of the test")

func (*textsOf) recording(sha string) ([]byte, string, error) {
	if sum := sha256.Sum256(mamVoice); sha != hex.EncodeToString(sum[:]) {
		return nil, "", problem.New(problem.NotFound, "media-unknown")
	}
	return mamVoice, locales.TypeMP3, nil
}

// reviewersOf is the world's people as reviewers ask for them: its supervisors.
type reviewersOf struct{ w *world }

func (r reviewersOf) Person(ctx context.Context, id string) (reviewers.Person, error) {
	a, err := r.w.store.Account(ctx, id)
	return reviewers.Person{ID: a.ID, Display: a.Display, Agency: a.Agency, Reviewer: a.Account == access.Supervisor && !a.Disabled}, err
}

func (r reviewersOf) People(ctx context.Context, agency string) (list []reviewers.Person, err error) {
	all, err := r.w.store.Accounts(ctx, agency)
	for _, a := range all {
		if one, err := r.Person(ctx, a.ID); err == nil && one.Reviewer {
			list = append(list, one)
		}
	}
	return list, err
}

type shelf struct{}

func (shelf) List() ([]any, error) {
	all, err := protocols.List()
	out := make([]any, len(all))
	for i, s := range all {
		out[i] = s
	}
	return out, err
}

func (shelf) Hash(id string, version int) (string, error) {
	p, err := protocols.Get(id, version)
	if err != nil {
		return "", errUnknownProtocol.Because(err)
	}
	return p.SHA256, nil
}

type kinds struct{}

func (kinds) Service(id string) bool { return protocols.Codebook().Has(protocols.ListServices, id) }

func (kinds) Authority(service string) string {
	return map[string]string{"migration_authority": "migration"}[service]
}

// tongues are the languages that somebody can interpret.
type tongues struct{ *locales.Catalog }

func (tongues) Variant(name string) bool { return protocols.Codebook().HasVariant(name) }

type words struct{ catalog *locales.Catalog }

func (w words) Translate(lang, id string, args map[string]any) string {
	text, err := w.catalog.Get(lang, id, args)
	if err != nil {
		return id
	}
	return text.Text
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// reply is an answer as a client sees it.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func (r reply) String() string { return string(r.body) }

func (r reply) into(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal(r.body, v); err != nil {
		t.Fatalf("%v: %s", err, r.body)
	}
}

// problemType is the type of a problem, without its prefix.
func (r reply) problemType() string {
	var p struct{ Type string }
	_ = json.Unmarshal(r.body, &p)
	return strings.TrimPrefix(p.Type, "/problems/")
}

// account makes the account of user, once; each costs a slow hash.
func (w *world) account(user string) {
	w.t.Helper()
	for _, a := range people {
		if a.Username == user {
			a.Password = password
			if _, err := w.auth.CreateAccount(context.Background(), auth.Operator, a); err != nil && problem.KindOf(err) != problem.Conflict {
				w.t.Fatal(err)
			}
			return
		}
	}
	w.t.Fatalf("there is no %s in this world", user)
}

// detection makes a detection of a walk that meets these indicators.
func (p *phone) detection(meets ...string) record.Detection {
	p.w.t.Helper()
	pub, err := protocols.Get("labour-agriculture", 0)
	must(p.w.t, err)
	walked, err := screening.Walk(&pub.Protocol, screening.Want{Meets: meets, Role: p.author.Role})
	must(p.w.t, err)
	now := time.Now().Truncate(time.Second)
	who := walked.Input.Person
	for _, m := range pub.Protocol.Modules {
		for _, it := range m.Items {
			if g, ok := strings.CutPrefix(it.Field, "groups."); ok && who.Groups[g] == "" {
				who.Groups[g] = screening.NotApplicable
			}
		}
	}
	d := record.Detection{
		Kind: record.KindDetection, Schema: record.Schema, ID: uuid.Must(uuid.NewV7()).String(), Author: &p.author, Device: &p.device,
		OccurredAt: now, CapturedAt: now, Mode: "live", Ended: walked.Input.Ended, Setting: walked.Input.Setting,
		Place:          record.Place{State: "25", Municipality: "25006"},
		Protocol:       record.ProtocolRef{ID: pub.Protocol.ID, Version: pub.Protocol.Version, SHA256: pub.SHA256},
		PersonLanguage: "es-MX", AgentLanguage: "es-MX", Interpreter: "none_needed",
		Subject: record.Subject{Kind: "direct", Person: who}, Consent: map[string]string{},
		Shown: []record.ShownText{}, Needs: []string{}, Referrals: []string{}, Others: []record.Other{}, Linked: []string{},
		Identity: json.RawMessage("null"),
	}
	for _, a := range walked.Input.Answers {
		d.Answers = append(d.Answers, record.Answer{Answer: a, At: now})
	}
	a := walked.Assessment
	d.Assessment.Computed = record.Computed{Level: a.Level, Danger: a.Danger, Indicators: a.Indicators, Offences: []string{}, Actions: a.Actions}
	for _, o := range a.Offences {
		d.Assessment.Computed.Offences = append(d.Assessment.Computed.Offences, o.Code)
	}
	return d
}

func (p *phone) seal(id string, content any) record.Envelope {
	p.w.t.Helper()
	plain, err := json.Marshal(content)
	must(p.w.t, err)
	kid, public := p.w.seal.Current()
	e, err := seal.Seal(public, kid, id, plain)
	must(p.w.t, err)
	return e
}

type syncReply struct {
	Results []struct{ ID, Status, Reason string }
	Events  []map[string]any
	Cursor  string
}

func (p *phone) sync(envelopes ...record.Envelope) syncReply {
	p.w.t.Helper()
	r := p.send(record.Batch{Device: p.device, Records: some(envelopes)})
	if r.status != http.StatusOK {
		p.w.t.Fatalf("sync: %d %s", r.status, r)
	}
	var got syncReply
	r.into(p.w.t, &got)
	return got
}

// keep makes, seals and syncs a detection, and returns its id.
func (p *phone) keep(meets ...string) string {
	p.w.t.Helper()
	d := p.detection(meets...)
	got := p.sync(p.seal(d.ID, d))
	if len(got.Results) != 1 || got.Results[0].Status != "accepted" {
		p.w.t.Fatalf("sync: %+v", got)
	}
	return d.ID
}

func some[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
