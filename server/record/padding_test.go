package record_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"umbral/server/record"
)

var classes = []int{8<<10 - 16, 16<<10 - 16, 32<<10 - 16, 64<<10 - 16}

func TestPad_RoundTripInAClass(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Half of it repeats, so that compressed sizes reach all classes.
		n := rapid.IntRange(0, 60<<10).Draw(t, "bytes")
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		plain := make([]byte, n)
		for i := range n / 2 {
			plain[i] = byte(random.Uint32())
		}
		padded, err := record.Pad(plain)
		if err != nil {
			t.Fatal(err)
		}
		fits := false
		for _, c := range classes {
			fits = fits || len(padded) == c
		}
		if !fits {
			t.Fatalf("%d bytes are no size class", len(padded))
		}
		got, err := record.Unpad(padded)
		if err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("%v", err)
		}
	})
}

func TestPad_LongAndShortPathLookAlike(t *testing.T) {
	short, err := record.Pad([]byte(addendumText))
	if err != nil {
		t.Fatal(err)
	}
	long, err := record.Pad([]byte(detectionText + detectionText))
	if err != nil {
		t.Fatal(err)
	}
	if len(short) != len(long) {
		t.Errorf("%d and %d bytes", len(short), len(long))
	}
}

func TestPad_TooLarge(t *testing.T) {
	if _, err := record.Pad(make([]byte, record.MaxJSON+1)); !errors.Is(err, record.ErrTooLarge) {
		t.Errorf("over the cap: %v", err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, record.MaxJSON)
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	if _, err := record.Pad(noise); !errors.Is(err, record.ErrTooLarge) {
		t.Errorf("what does not compress: %v", err)
	}
}

// framed puts gzip bytes into the padded form by hand.
func framed(body []byte, size int) []byte {
	out := make([]byte, size)
	binary.BigEndian.PutUint32(out, uint32(len(body)))
	copy(out[4:], body)
	return out
}

func gzipped(t testing.TB, parts ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, p := range parts {
		w := gzip.NewWriter(&b)
		if _, err := w.Write(p); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func TestUnpad_Refuses(t *testing.T) {
	good := gzipped(t, []byte("{}"))
	dirty := framed(good, classes[0])
	dirty[classes[0]-1] = 1
	checksum := bytes.Clone(good)
	checksum[len(checksum)-5]++
	for name, c := range map[string]struct {
		padded []byte
		want   error
	}{
		"empty":             {nil, record.ErrPadding},
		"three bytes":       {[]byte{0, 0, 0}, record.ErrPadding},
		"length over end":   {[]byte{0xff, 0xff, 0xff, 0xff, 1}, record.ErrPadding},
		"no gzip":           {framed([]byte("plain text"), classes[0]), record.ErrPadding},
		"cut gzip":          {framed(good[:len(good)-3], classes[0]), record.ErrPadding},
		"wrong checksum":    {framed(checksum, classes[0]), record.ErrPadding},
		"dirty padding":     {dirty, record.ErrPadding},
		"two streams":       {framed(gzipped(t, []byte("{}"), []byte("{}")), classes[0]), record.ErrPadding},
		"one byte over":     {framed(gzipped(t, make([]byte, record.MaxJSON+1)), classes[0]), record.ErrTooLarge},
		"bomb of 50 MB":     {framed(gzipped(t, make([]byte, 50<<20)), classes[3]), record.ErrTooLarge},
		"just at the limit": {framed(gzipped(t, make([]byte, record.MaxJSON)), classes[0]), nil},
	} {
		_, err := record.Unpad(c.padded)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestUnpad_BombCostsLittle(t *testing.T) {
	bomb := framed(gzipped(t, make([]byte, 50<<20)), classes[3])
	result := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			if _, err := record.Unpad(bomb); !errors.Is(err, record.ErrTooLarge) {
				b.Fatal(err)
			}
		}
	})
	if got := result.AllocedBytesPerOp(); got > 1<<20 {
		t.Errorf("%d bytes allocated for one bomb", got)
	}
}

func FuzzUnpad(f *testing.F) {
	padded, err := record.Pad([]byte(detectionText))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(padded)
	f.Add(framed(gzipped(f, make([]byte, 1<<20)), 4096))
	f.Fuzz(func(t *testing.T, b []byte) {
		plain, err := record.Unpad(b)
		if err == nil && len(plain) > record.MaxJSON {
			t.Fatalf("%d bytes", len(plain))
		}
	})
}
