package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"umbral/locales"
	"umbral/protocols"
	"umbral/server/access"
	"umbral/server/audit"
	"umbral/server/auth"
	"umbral/server/figures"
	"umbral/server/ingest"
	"umbral/server/interpreters"
	"umbral/server/problem"
	"umbral/server/proof"
	"umbral/server/recall"
	"umbral/server/referral"
	"umbral/server/retention"
	"umbral/server/review"
	"umbral/server/seal"
	"umbral/server/shred"
	"umbral/server/store/bolt"
	"umbral/server/translation"
	"umbral/server/web"
	"umbral/static"
)

// The data folder. Whatever else lies in it is somebody else's and stays.
const (
	storeFile = "umbral.db"
	keysDir   = "keys"
	adminFile = "admin.sock"
	dirMode   = 0o700 // the server's own user only
	fileMode  = 0o600
)

const (
	// issuer is what our tokens say they come from, and the only one accepted.
	issuer = "umbral"
	// stopTime is how long running requests get to end: a slow phone's body may
	// take readTimeout, but systems stop a service after 90 s.
	stopTime = 25 * time.Second
	// tokenKeyLife is when a new token key is made; old tokens live 15 minutes.
	tokenKeyLife = 30 * 24 * time.Hour
	// housekeeping is how often keys and ended sessions are looked after.
	housekeeping = time.Hour
)

// node is one running server: everything open, nothing listening yet.
type node struct {
	dir     string
	log     *slog.Logger
	store   *bolt.Store
	auth    *auth.Service
	proofs  *proof.Checker
	seal    *seal.Keyring
	root    *seal.Root
	keep    *ingest.Committer
	intake  *ingest.Desk
	api     *web.API
	content *web.Content

	retention *retention.Desk
	languages locales.Options
	// catalog is without what was withdrawn until now; renew is held while it is
	// made anew.
	catalog atomic.Pointer[locales.Catalog]
	renew   sync.Mutex
	stirred chan struct{} // texts of the desk changed since
	// breached is the operator's file of passwords; nil: there is none.
	breached *auth.Breached

	done chan struct{} // closed when the node stops
	wait sync.WaitGroup
}

// openNode opens the data folder, making what is missing, and wires the rooms.
func openNode(ctx context.Context, dir string, master *shred.Master, via *proxy, languages locales.Options, log *slog.Logger) (n *node, err error) {
	if err := os.MkdirAll(dir, dirMode); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	n = &node{dir: dir, log: log, done: make(chan struct{}), stirred: make(chan struct{}, 1), languages: languages}
	if n.store, err = bolt.Open(filepath.Join(dir, storeFile), master); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, n.close())
		}
	}()
	if lost := n.store.Forgotten(); lost > 0 {
		log.Warn("records whose keys were destroyed came back with the store and were taken out", "records", lost)
	}
	if n.seal, err = seal.OpenKeyring(filepath.Join(dir, keysDir), time.Now); err != nil {
		return nil, err
	}
	if n.root, err = seal.OpenRoot(filepath.Join(dir, keysDir), time.Now); err != nil {
		return nil, err
	}
	tokens, err := auth.OpenKeyring(ctx, n.store, filepath.Join(dir, keysDir), time.Now)
	if err != nil {
		return nil, err
	}
	n.auth = &auth.Service{
		Store: n.store, Keys: tokens, Issuer: issuer,
		IsState: func(code string) bool { return protocols.Codebook().Has(protocols.ListStates, code) },
		Codes:   protocols.Codebook(), AuthorityPosts: authorityPosts,
	}
	n.proofs = &proof.Checker{Nonces: proof.NewNonces(time.Now)}
	n.keep = ingest.NewCommitter(n.store)
	n.intake = &ingest.Desk{
		Opener: n.seal, Registry: n.store, Library: ingest.Shelves{}, Codes: protocols.Codebook(),
		Keep: n.keep, Shelf: n.store, Now: time.Now, Withdrawn: ingest.Shelves{}.Withdrawn,
	}
	return n, n.wire(via)
}

// wire builds the use cases and the API on what is open.
func (n *node) wire(via *proxy) error {
	catalog, err := n.catalogNow(context.Background())
	if err != nil {
		return err
	}
	n.catalog.Store(catalog)
	if err := n.recordRevoked(context.Background(), audit.System); err != nil {
		return err
	}
	keys, err := n.keySet(context.Background())
	if err != nil {
		return err
	}
	if n.content, err = contentOf(catalog, keys); err != nil {
		return err
	}
	places, err := newDirectory()
	if err != nil {
		return err
	}
	text, err := catalog.PageMessages()
	if err != nil {
		return err
	}
	page, err := static.New(static.Options{Text: text})
	if err != nil {
		return err
	}
	n.retention = &retention.Desk{Store: n.store, Codes: protocols.Codebook(), Agencies: n.store, NewID: newID, Now: time.Now}
	reviews := &review.Desk{Store: n.store, Codes: protocols.Codebook(), Fits: reasonFits, NewID: newID, Now: time.Now}
	identities := n.newReviewers(reviews)
	n.intake.IdentityKey = identities.KnownKey
	deps := web.Deps{
		Auth: n.auth, Intake: n.intake, Feed: n.store, Reviews: reviews,
		Referrals: &referral.Desk{Store: n.store, Cases: reviews, Directory: places, NewID: newID, Now: time.Now},
		Reviewers: identities,
		Figures:   &figures.Desk{Store: n.store, Codes: protocols.Codebook()},
		Retention: n.retention,
		Recalls:   &recall.Desk{Store: n.store, Texts: texts{&n.catalog}, Codes: protocols.Codebook(), Withdrawn: n.renewed, NewID: newID, Now: time.Now},
		Interpreters: &interpreters.Desk{Store: n.store, Codes: protocols.Codebook(), Listed: protocols.Codebook().Listed,
			Languages: tongues{texts{&n.catalog}}, Agencies: n.store, NewID: newID, Now: time.Now},
		Translations: &translation.Desk{Store: n.store, Texts: deskTexts{&n.catalog}, Codes: protocols.Codebook(), Media: mediaOf,
			Changed: n.textsChanged, Added: n.deskChanged, NewID: newID, Now: time.Now},
		Audit: &audit.Desk{Store: n.store, Sign: n.root.Sign, Now: time.Now}, Enter: n.store.Enter,
		Content: n.content, Recording: n.recording, Protocols: published{}, Words: words{&n.catalog}, Page: page,
		Proofs: n.proofs, Keys: n.keySet,
		Person: n.person, Ready: n.store.Ready, Log: n.log, Now: time.Now,
	}
	if via != nil {
		deps.Proxies, deps.ProxyHeader = via.from, via.header
	}
	n.api, err = web.New(deps)
	return err
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// person is the account and the agency of who asks, as they are now.
func (n *node) person(ctx context.Context, who access.Caller) (auth.Account, auth.Agency, error) {
	a, err := n.store.Account(ctx, who.User)
	if err != nil {
		return a, auth.Agency{}, err
	}
	g, err := n.store.Agency(ctx, a.Agency)
	return a, g, err
}

// hasAccounts says whether anybody can sign in.
func (n *node) hasAccounts(ctx context.Context) (bool, error) {
	all, err := n.auth.Accounts(ctx, auth.Operator)
	return len(all) > 0, err
}

// serve answers on all listeners until ctx ends, then lets running requests
// finish, commits what waits, and closes. Metrics may be nil.
func (n *node) serve(ctx context.Context, listeners []net.Listener, metrics net.Listener) error {
	admin, err := n.listenAdmin()
	if err != nil {
		return errors.Join(err, n.close())
	}
	failed := make(chan error, len(listeners)+2)
	run := func(serve func() error) {
		n.wait.Go(func() {
			if err := serve(); err != nil && !errors.Is(err, net.ErrClosed) && !errors.Is(err, http.ErrServerClosed) {
				failed <- err
			}
		})
	}
	for _, ln := range listeners {
		run(func() error { return n.api.Serve(ln) })
	}
	servers := []*http.Server{{Handler: n.adminHandler(), ReadHeaderTimeout: adminTimeout}}
	run(func() error { return servers[0].Serve(admin) })
	if metrics != nil {
		m := &http.Server{Handler: n.api.Metrics(), ReadHeaderTimeout: adminTimeout, WriteTimeout: adminTimeout}
		servers = append(servers, m)
		run(func() error { return m.Serve(metrics) })
	}
	n.wait.Go(n.keepHouse)
	n.wait.Go(n.renewTexts)
	var first error
	select {
	case <-ctx.Done():
	case first = <-failed:
	}
	return errors.Join(first, n.stop(servers))
}

// stop ends in the order in which nothing is lost: no new requests, running
// ones answered, waiting records committed, file closed.
func (n *node) stop(servers []*http.Server) error {
	n.log.Info("stopping")
	ctx, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	err := n.api.Shutdown(ctx)
	if err != nil {
		n.log.Warn("requests were still running", "error", err.Error())
	}
	for _, s := range servers {
		if s.Shutdown(ctx) != nil {
			err = errors.Join(err, s.Close())
		}
	}
	close(n.done)
	n.wait.Wait()
	return errors.Join(err, n.close())
}

// close commits what waits and closes the file.
func (n *node) close() error {
	if n.content != nil {
		n.content.Stop()
	}
	if n.keep != nil {
		n.keep.Stop()
	}
	if n.breached != nil {
		return errors.Join(n.breached.Close(), n.store.Close())
	}
	return n.store.Close()
}

// keepHouse rotates the token key when it is old and deletes ended sessions.
// The key that records are sealed to is rotated by the administrator only.
func (n *node) keepHouse() {
	tick := time.NewTicker(housekeeping)
	defer tick.Stop()
	for {
		ctx, cancel := context.WithTimeout(context.Background(), housekeeping/2)
		if n.auth.Keys.Age() > tokenKeyLife {
			if err := n.auth.Keys.Rotate(ctx, audit.System); err != nil {
				n.log.Error("rotate token key", "error", err.Error())
			}
		}
		if err := n.keepHead(ctx); err != nil {
			n.log.Error("sign the head of the audit", "error", err.Error())
		}
		if _, err := n.auth.Sweep(ctx); err != nil {
			n.log.Error("delete ended sessions", "error", err.Error())
		}
		if err := n.store.FinishDestructions(ctx); err != nil {
			n.log.Error("finish destructions", "error", err.Error())
		}
		if err := n.sayDue(ctx); err != nil {
			n.log.Error("count what is due", "error", err.Error())
		}
		cancel()
		select {
		case <-n.done:
			return
		case <-tick.C:
		}
	}
}

// keySet is what phones must believe now.
func (n *node) keySet(ctx context.Context) (seal.KeySet, error) {
	reviewers, err := n.reviewersKeys(ctx)
	return seal.Signed(n.seal, n.root, reviewers), err
}

// sayDue counts the records whose term is over, in the log and the metrics. It
// destroys nothing: that takes two persons.
func (n *node) sayDue(ctx context.Context) error {
	agencies, err := n.store.Agencies(ctx)
	if err != nil {
		return err
	}
	total := 0
	for _, g := range agencies {
		due, err := n.retention.CountDue(ctx, g.ID)
		if err != nil {
			return err
		}
		if total += due; due > 0 {
			n.log.Info("records are due: their term is over, and two persons may end them", "agency", g.ID, "records", due)
		}
	}
	n.api.Metrics().Due(total)
	return nil
}

// rotateSeal makes a new key to seal to and tells the devices.
func (n *node) rotateSeal(ctx context.Context) (string, error) {
	if err := n.seal.Rotate(); err != nil {
		return "", err
	}
	kid, _ := n.seal.Current()
	return kid, n.publishKeys(ctx, audit.System, kid)
}

// rotateRoot makes a new root key, signs all again and tells the devices.
func (n *node) rotateRoot(ctx context.Context) (string, error) {
	if err := n.root.Rotate(); err != nil {
		return "", err
	}
	kid, _ := n.root.Sign("")
	return kid, n.publishKeys(ctx, audit.System, kid)
}

// publishKeys puts the keys as they are now into the content and tells the
// devices that one of them, kid, is new.
func (n *node) publishKeys(ctx context.Context, by, kid string) error {
	keys, err := n.keySet(ctx)
	if err != nil {
		return err
	}
	blob, err := keysBlob(keys)
	if err != nil {
		return err
	}
	if err := n.content.Put(blob); err != nil {
		return err
	}
	return n.store.Announce(ctx, by, time.Now().UTC(), "", web.KindKeys, kid)
}

// certificates reads the TLS files again when they change: a renewal needs no
// restart in the middle of a sync.
type certificates struct {
	certFile, keyFile string
	mu                sync.Mutex
	read              time.Time // modification time of what is loaded
	cert              *tls.Certificate
}

func newCertificates(certFile, keyFile string) (*certificates, error) {
	c := &certificates{certFile: certFile, keyFile: keyFile}
	_, err := c.get(nil)
	return c, err
}

func (c *certificates) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	info, err := os.Stat(c.certFile)
	if err == nil && c.cert != nil && info.ModTime().Equal(c.read) {
		return c.cert, nil
	}
	var pair tls.Certificate
	if err == nil {
		pair, err = tls.LoadX509KeyPair(c.certFile, c.keyFile)
	}
	switch {
	case err == nil:
		c.cert, c.read = &pair, info.ModTime()
	case c.cert == nil:
		return nil, fmt.Errorf("TLS files: %w", err)
	}
	return c.cert, nil // half-written new files: the old ones serve until both are there
}

func (c *certificates) wrap(ln net.Listener) net.Listener {
	return tls.NewListener(ln, &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get})
}

// isConflict says whether err is a problem of kind Conflict.
func isConflict(err error) bool { return problem.KindOf(err) == problem.Conflict }
