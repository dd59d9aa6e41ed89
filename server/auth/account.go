package auth

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"umbral/server/access"
	"umbral/server/problem"
)

// maxName is the longest name of an agency, account or device, in characters:
// it must fit one line of a laptop's screen.
const maxName = 120

var (
	usernameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,62}[a-z0-9]$`)
	codeForm     = regexp.MustCompile(`^[a-z0-9_]{0,64}$`)
	idForm       = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)
)

// ValidUsername says whether a folded name may be given: 3 to 64 small letters,
// digits, dot, hyphen or low line, so that it can be said on the phone.
func ValidUsername(name string) bool { return usernameForm.MatchString(name) }

// NewAccount is what an account is made from.
type NewAccount struct {
	Username, Display, Account, Post, Agency, Region, Password string

	Posts, Regions, Tasks []string

	agencyName string // of an agency that is not kept yet
}

// CreateAgency keeps a new agency; an empty ID gets a new one. Invalid
// "agency-invalid", "authority-unknown", "region-unknown"; Conflict "agency-exists".
func (s *Service) CreateAgency(ctx context.Context, who access.Caller, g Agency) (Agency, error) {
	if err := access.Check(who, access.ManageAccounts, access.Scope{}); err != nil {
		return Agency{}, err
	}
	g, err := s.newAgency(g)
	if err != nil {
		return Agency{}, err
	}
	return g, s.Store.AddAgency(ctx, who.User, s.now(), g)
}

func (s *Service) newAgency(g Agency) (Agency, error) {
	if g.ID == "" {
		g.ID = s.newID()
	}
	g.Name = strings.TrimSpace(g.Name)
	if !isName(g.Name) || !idForm.MatchString(g.ID) {
		return Agency{}, problem.New(problem.Invalid, "agency-invalid", "max", maxName)
	}
	if err := s.checkAuthority(g.Authority); err != nil {
		return Agency{}, err
	}
	return g, s.checkRegion(g.Region)
}

// checkAuthority: empty is an agency of which nobody said it.
func (s *Service) checkAuthority(code string) error {
	if code != "" && !s.knows(listAuthorities, code) {
		return problem.New(problem.Invalid, "authority-unknown")
	}
	return nil
}

// SetAuthority says what authority an agency is; it holds from the next request
// of each of its readers on, for what they may see is asked anew each time.
// Invalid "authority-unknown"; NotFound "agency-unknown".
func (s *Service) SetAuthority(ctx context.Context, who access.Caller, id, authority string) (Agency, error) {
	if err := access.Check(who, access.ManageAccounts, access.Scope{Kind: "agency", Agency: id}); err != nil {
		return Agency{}, err
	}
	if err := s.checkAuthority(authority); err != nil {
		return Agency{}, err
	}
	return s.Store.ChangeAgency(ctx, who.User, s.now(), id, authority)
}

// checkRegion holds region against the codebook: another would show in nobody's
// list of a state. Invalid "region-unknown".
func (s *Service) checkRegion(region string) error {
	if region == "" || s.IsState != nil && s.IsState(region) {
		return nil
	}
	return problem.New(problem.Invalid, "region-unknown")
}

// Agencies returns all agencies, for who manages accounts.
func (s *Service) Agencies(ctx context.Context, who access.Caller) ([]Agency, error) {
	if err := access.Check(who, access.ManageAccounts, access.Scope{}); err != nil {
		return nil, err
	}
	return s.Store.Agencies(ctx)
}

// CreateAccount keeps a new account. Invalid "account-invalid" (field says
// which), "region-unknown", "reading-invalid", "password-length", "password-common"; Conflict "username-taken"; NotFound "agency-unknown".
func (s *Service) CreateAccount(ctx context.Context, who access.Caller, n NewAccount) (Account, error) {
	if err := access.Check(who, access.ManageAccounts, access.Scope{Kind: "account", Agency: n.Agency}); err != nil {
		return Account{}, err
	}
	a, hash, err := s.newAccount(ctx, n)
	if err != nil {
		return Account{}, err
	}
	return a, s.Store.AddAccount(ctx, who.User, s.now(), a, hash)
}

func (s *Service) newAccount(ctx context.Context, n NewAccount) (Account, string, error) {
	a := Account{ID: s.newID(), Username: foldUsername(n.Username), Display: strings.TrimSpace(n.Display),
		Account: n.Account, Post: n.Post, Agency: n.Agency, Region: n.Region, Created: s.now(),
		Posts: n.Posts, Regions: n.Regions, Tasks: n.Tasks}
	if a.Display == "" {
		a.Display = a.Username
	}
	if err := a.validate(); err != nil {
		return Account{}, "", err
	}
	if err := s.checkReading(&a); err != nil {
		return Account{}, "", err
	}
	g, err := s.Store.Agency(ctx, a.Agency)
	if err != nil && problem.KindOf(err) != problem.NotFound { // AddAccount says so
		return Account{}, "", err
	}
	hash, err := s.hashOf(ctx, n.Password, a.Username, cmp.Or(n.agencyName, g.Name))
	return a, hash, err
}

func (a Account) validate() error {
	field := ""
	switch {
	case !ValidUsername(a.Username):
		field = "username"
	case !isName(a.Display):
		field = "display"
	case !slices.Contains(access.Accounts(), a.Account):
		field = "account"
	case !codeForm.MatchString(a.Post) || (a.Post != "") != (a.Account == access.Agent):
		field = "post" // an agent has one, nobody else has
	case !idForm.MatchString(a.Agency):
		field = "agency"
	default:
		return nil
	}
	return problem.New(problem.Invalid, "account-invalid", "field", field)
}

func isName(s string) bool {
	return s != "" && utf8.ValidString(s) && utf8.RuneCountInString(s) <= maxName && !strings.ContainsFunc(s, isControl)
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// Accounts returns the accounts that who manages.
func (s *Service) Accounts(ctx context.Context, who access.Caller) ([]Account, error) {
	agency, _, err := access.Reach(who, access.ManageAccounts)
	if err != nil {
		return nil, err
	}
	return s.Store.Accounts(ctx, agency)
}

// Disable ends all sessions of an account and lets it open no other one.
// Conflict "account-own": whoever acts stays, so that some administrator does.
func (s *Service) Disable(ctx context.Context, who access.Caller, id string) error {
	if id == who.User {
		return problem.New(problem.Conflict, "account-own")
	}
	return s.change(ctx, who, id, "account_disabled", true, func(a *Account) { a.Disabled = true })
}

// Enable lets a disabled account sign in again.
func (s *Service) Enable(ctx context.Context, who access.Caller, id string) error {
	return s.change(ctx, who, id, "account_enabled", false, func(a *Account) { a.Disabled = false })
}

// SetRole changes what an account is and for whom; its sessions end, so that
// none keeps the rights of before. Invalid "account-invalid".
func (s *Service) SetRole(ctx context.Context, who access.Caller, id, account, post, agency string) error {
	if _, err := s.Store.Agency(ctx, agency); err != nil {
		return err
	}
	return s.change(ctx, who, id, "account_role", true, func(a *Account) { a.Account, a.Post, a.Agency = account, post, agency })
}

func (s *Service) change(ctx context.Context, who access.Caller, id, act string, revoke bool, edit func(*Account)) error {
	if _, err := s.managed(ctx, who, id); err != nil {
		return err
	}
	return s.Store.ChangeAccount(ctx, who.User, s.now(), act, id, func(a *Account) error {
		edit(a)
		return a.validate()
	}, revoke)
}

// managed returns an account that who manages; others look absent.
func (s *Service) managed(ctx context.Context, who access.Caller, id string) (Account, error) {
	if err := access.Check(who, access.ManageAccounts, access.Scope{Agency: who.Agency}); err != nil {
		return Account{}, err
	}
	a, err := s.Store.Account(ctx, id)
	if err != nil {
		return Account{}, err
	}
	return a, access.Check(who, access.ManageAccounts, access.Scope{Kind: "account", Agency: a.Agency})
}

// SetPassword gives an account a new password and ends its sessions. Invalid
// "password-length", "password-common".
func (s *Service) SetPassword(ctx context.Context, who access.Caller, id, password string) error {
	a, err := s.managed(ctx, who, id)
	if err != nil {
		return err
	}
	return s.setHash(ctx, who, a, password)
}

func (s *Service) setHash(ctx context.Context, who access.Caller, a Account, password string) error {
	g, err := s.Store.Agency(ctx, a.Agency)
	if err != nil {
		return err
	}
	hash, err := s.hashOf(ctx, password, a.Username, g.Name)
	if err != nil {
		return err
	}
	return s.Store.SetHash(ctx, who.User, s.now(), a.ID, hash)
}

// ChangePassword lets somebody change their own, who knows the old one; all
// their sessions end. Errors as again's, and Invalid "password-length",
// "password-common".
func (s *Service) ChangePassword(ctx context.Context, who access.Caller, old, password, address string) error {
	a, err := s.again(ctx, who, old, address)
	if err != nil {
		return err
	}
	return s.setHash(ctx, who, a, password)
}

// Sweep deletes what is over and of no more use: sessions and failures. It is
// called now and then by whoever runs the server.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	return s.Store.Sweep(ctx, s.now().Add(-keepEnded))
}

// keepEnded is how long an ended session is kept, so that the reuse of one of
// its tokens still says the same.
const keepEnded = 24 * time.Hour
