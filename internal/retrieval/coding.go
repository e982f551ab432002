package retrieval

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
)

// A snapshot is written in frames of up to a megabyte: length, checksum, content.
// The checksum covers the frame's number too, so frames that are lost, doubled or
// swapped are noticed; an empty frame is the last. A frame is checked before
// anything in it is believed.

var errSnapshot = errors.New("retrieval: snapshot cannot be used")

const frameSize = 1 << 20

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func frameSum(number uint32, content []byte) uint32 {
	var n [4]byte
	binary.LittleEndian.PutUint32(n[:], number)
	return crc32.Update(crc32.Checksum(n[:], castagnoli), castagnoli, content)
}

// encoder writes frames.
type encoder struct {
	w      io.Writer
	frames uint32
	buffer []byte
	err    error
}

func newEncoder(w io.Writer) *encoder { return &encoder{w: w, buffer: make([]byte, 0, frameSize)} }

func (e *encoder) flush() {
	if e.err == nil {
		var h [8]byte
		binary.LittleEndian.PutUint32(h[:], uint32(len(e.buffer)))
		binary.LittleEndian.PutUint32(h[4:], frameSum(e.frames, e.buffer))
		if _, e.err = e.w.Write(h[:]); e.err == nil {
			_, e.err = e.w.Write(e.buffer)
		}
	}
	e.frames++
	e.buffer = e.buffer[:0]
}

// room makes sure that a few more bytes fit into the frame.
func (e *encoder) room(n int) {
	if len(e.buffer)+n > frameSize {
		e.flush()
	}
}

// close writes what is left and the end.
func (e *encoder) close() error {
	if len(e.buffer) > 0 {
		e.flush()
	}
	e.flush()
	return e.err
}

func (e *encoder) number(v uint64) {
	e.room(binary.MaxVarintLen64)
	e.buffer = binary.AppendUvarint(e.buffer, v)
}

func (e *encoder) bytes(b []byte) {
	e.number(uint64(len(b)))
	for len(b) > 0 {
		e.room(1)
		n := min(len(b), frameSize-len(e.buffer))
		e.buffer = append(e.buffer, b[:n]...)
		b = b[n:]
	}
}

func (e *encoder) numbers16(list []uint16) {
	e.number(uint64(len(list)))
	for _, v := range list {
		e.room(2)
		e.buffer = binary.LittleEndian.AppendUint16(e.buffer, v)
	}
}

func (e *encoder) numbers32(list []uint32) {
	e.number(uint64(len(list)))
	for _, v := range list {
		e.room(4)
		e.buffer = binary.LittleEndian.AppendUint32(e.buffer, v)
	}
}

func (e *encoder) bitmap(b bitmap) {
	e.number(uint64(len(b)))
	for _, v := range b {
		e.room(8)
		e.buffer = binary.LittleEndian.AppendUint64(e.buffer, v)
	}
}

func (e *encoder) strings(s *strings16) {
	e.numbers32(s.ends)
	e.bytes([]byte(s.text))
}

// decoder reads frames. Its first error stays, and everything read after it is
// zero.
type decoder struct {
	r      io.Reader
	frames uint32
	frame  []byte // the whole
	rest   []byte // what is not read yet
	ended  bool
	err    error
}

func newDecoder(r io.Reader) *decoder { return &decoder{r: r, frame: make([]byte, frameSize)} }

// check makes the snapshot unusable if something in it isn't so.
func (d *decoder) check(ok bool) {
	if !ok && d.err == nil {
		d.err = fmt.Errorf("%w: frame %d makes no sense", errSnapshot, d.frames)
	}
}

// next reads a frame.
func (d *decoder) next() {
	if d.err != nil || d.ended {
		d.check(false)
		return
	}
	var h [8]byte
	if _, err := io.ReadFull(d.r, h[:]); err != nil {
		d.err = fmt.Errorf("%w: cut short at frame %d: %w", errSnapshot, d.frames, err)
		return
	}
	n := binary.LittleEndian.Uint32(h[:])
	if n > frameSize {
		d.err = fmt.Errorf("%w: frame %d is damaged", errSnapshot, d.frames)
		return
	}
	if _, err := io.ReadFull(d.r, d.frame[:n]); err != nil {
		d.err = fmt.Errorf("%w: cut short at frame %d: %w", errSnapshot, d.frames, err)
		return
	}
	if frameSum(d.frames, d.frame[:n]) != binary.LittleEndian.Uint32(h[4:]) {
		d.err = fmt.Errorf("%w: frame %d is damaged", errSnapshot, d.frames)
		return
	}
	d.frames++
	d.rest, d.ended = d.frame[:n], n == 0
}

// take returns the next n bytes, which stand in one frame; nil after an error.
func (d *decoder) take(n int) []byte {
	if d.err == nil && len(d.rest) == 0 {
		d.next()
	}
	if d.check(len(d.rest) >= n); d.err != nil {
		return nil
	}
	b := d.rest[:n]
	d.rest = d.rest[n:]
	return b
}

// close makes sure that the end was reached, and nothing stands behind it.
func (d *decoder) close() error {
	if d.err == nil {
		d.check(len(d.rest) == 0)
		d.next()
		d.check(d.ended)
		if n, _ := d.r.Read(make([]byte, 1)); n > 0 {
			d.check(false)
		}
	}
	return d.err
}

func (d *decoder) number() uint64 {
	if d.err == nil && len(d.rest) == 0 {
		d.next()
	}
	v, n := binary.Uvarint(d.rest)
	if d.check(n > 0); d.err != nil {
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

// count is a number that must not exceed most.
func (d *decoder) count(most int) int {
	n := d.number()
	if d.check(n <= uint64(most)); d.err != nil {
		return 0
	}
	return int(n)
}

// mostElements bounds the length of a list in a snapshot. Memory is not taken on its
// word but as the elements come.
const mostElements = 1 << 32

func (d *decoder) bytes() []byte {
	n := d.count(mostElements)
	b := make([]byte, 0, min(n, frameSize))
	for len(b) < n && d.err == nil {
		b = append(b, d.some(1, n-len(b))...)
	}
	return b
}

func (d *decoder) numbers16() []uint16 {
	n := d.count(mostElements)
	if n == 0 {
		return nil
	}
	list := make([]uint16, 0, min(n, segmentSize))
	for len(list) < n && d.err == nil {
		list = slices.Grow(list, min(n-len(list), len(d.rest)/2))
		for b := d.some(2, n-len(list)); len(b) >= 2; b = b[2:] {
			list = append(list, binary.LittleEndian.Uint16(b))
		}
	}
	return list
}

func (d *decoder) numbers32() []uint32 {
	n := d.count(mostElements)
	list := make([]uint32, 0, min(n, segmentSize))
	for len(list) < n && d.err == nil {
		for b := d.some(4, n-len(list)); len(b) >= 4; b = b[4:] {
			list = append(list, binary.LittleEndian.Uint32(b))
		}
	}
	return list
}

// some returns at least one and at most n elements of a size; nil after an error.
func (d *decoder) some(size, n int) []byte {
	if d.err == nil && len(d.rest) == 0 {
		d.next()
	}
	return d.take(size * max(min(len(d.rest)/size, n), 1))
}

// bitmap reads a set of n documents; nil if none was written.
func (d *decoder) bitmap(n int) bitmap {
	words := d.count(mostElements)
	if words == 0 {
		return nil
	}
	if d.check(words == (n+63)/64); d.err != nil {
		return nil
	}
	b := make(bitmap, words)
	for i := range b {
		w := d.take(8)
		if w == nil {
			return nil
		}
		b[i] = binary.LittleEndian.Uint64(w)
	}
	d.check(n&63 == 0 || b[words-1]>>(n&63) == 0)
	return b
}

// strings reads n strings.
func (d *decoder) strings(n int) strings16 {
	s := strings16{ends: d.numbers32()}
	s.text = string(d.bytes())
	d.check(len(s.ends) == n && rising(s.ends, len(s.text)))
	return s
}
