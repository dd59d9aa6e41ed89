package seal

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func openBoth(t *testing.T, dir string) (*Keyring, *Root) {
	t.Helper()
	root, err := OpenRoot(dir, fixedNow)
	must(t, err)
	return reopen(t, dir), root
}

func TestRoot_ChainOutlivesRotationAndRestart(t *testing.T) {
	dir := t.TempDir()
	ring, root := openBoth(t, dir)
	first := root.Chain()[0]
	if first.SignedBy != first.KID || !Verify(first.PublicKey, Statement(SignsRoot, first.KID, first.PublicKey), first.Signature) {
		t.Errorf("the first root does not sign itself: %+v", first)
	}
	for range 2 { // with a clock that stands still
		must(t, root.Rotate())
	}
	must(t, ring.Rotate())
	_, again := openBoth(t, dir)
	kid, signature := root.Sign("words\n")
	kid2, signature2 := again.Sign("words\n")
	if kid != kid2 || signature != signature2 || root.Fingerprint() != again.Fingerprint() {
		t.Error("a restart signs otherwise: the keys blob would change for nothing")
	}
	set := Signed(ring, again, nil)
	for _, pinned := range set.Roots { // whichever a phone pinned, it reaches the newest
		if pinned.KID == set.Roots[0].KID || pinned.KID == set.Roots[2].KID {
			keys, newest, err := set.Trusted(pinned.PublicKey)
			if err != nil || len(keys) != 2 || newest != set.Roots[2].PublicKey {
				t.Errorf("%d keys, newest %s, %v", len(keys), newest, err)
			}
		}
	}
	names, err := filepath.Glob(filepath.Join(dir, "root-*.pem"))
	must(t, err)
	for _, name := range names {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info.Mode(), err)
		}
	}
	if len(names) != 3 {
		t.Errorf("%d root files", len(names))
	}
}

func TestOpenRoot_RefusesAKeyThatOthersRead(t *testing.T) {
	dir := t.TempDir()
	_, root := openBoth(t, dir)
	must(t, os.Chmod(filepath.Join(dir, "root-"+root.Chain()[0].KID+".pem"), 0o640))
	if _, err := OpenRoot(dir, fixedNow); err == nil {
		t.Error("opened")
	}
}

func TestTrusted_Refuses(t *testing.T) {
	ring, root := openBoth(t, t.TempDir())
	strangers, stranger := openBoth(t, t.TempDir())
	must(t, root.Rotate())
	pinned := root.Chain()[0].PublicKey
	good, evil := Signed(ring, root, nil), Signed(strangers, stranger, nil)
	forged := stranger.Chain()[0] // claims to be signed by the pinned root
	forged.SignedBy = good.Roots[0].KID
	for name, set := range map[string]KeySet{
		"a stranger's":       evil,
		"nothing":            {},
		"unsigned":           {Keys: strangers.Public(), Roots: good.Roots},
		"a forged link":      {Keys: evil.Keys, Roots: append(append([]RootKey{}, good.Roots...), forged)},
		"a key renamed":      {Keys: renamed(evil.Keys, good.Keys[0].KID), Roots: good.Roots},
		"without the pinned": {Keys: good.Keys, Roots: good.Roots[1:]},
		"no current key":     {Keys: notCurrent(good.Keys), Roots: good.Roots},
	} {
		if keys, _, err := set.Trusted(pinned); !errors.Is(err, ErrNotTrusted) || keys != nil {
			t.Errorf("%s: %v %v", name, keys, err)
		}
	}
	if _, _, err := good.Trusted(pinned); err != nil {
		t.Errorf("the good one: %v", err)
	}
}

func renamed(keys []PublicKey, kid string) []PublicKey {
	out := append([]PublicKey{}, keys...)
	out[0].KID = kid
	return out
}

func notCurrent(keys []PublicKey) []PublicKey {
	out := append([]PublicKey{}, keys...)
	for i := range out {
		out[i].Current = false
	}
	return out
}

func TestStatement_IsLinesToTheLast(t *testing.T) {
	if got := Statement(SignsSeal, "k", "p"); got != "umbral/1 seal-key\nk\np\n" {
		t.Errorf("%q", got)
	}
}

func FuzzVerify(f *testing.F) {
	dir := f.TempDir()
	root, err := OpenRoot(dir, fixedNow)
	if err != nil {
		f.Fatal(err)
	}
	public := root.Chain()[0].PublicKey
	_, good := root.Sign("text")
	f.Add(public, good)
	f.Add("", "")
	f.Fuzz(func(t *testing.T, key, signature string) {
		if Verify(key, "another text", signature) && key == public {
			t.Errorf("a signature of other words holds: %q", signature)
		}
	})
}
