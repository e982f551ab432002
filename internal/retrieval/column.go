package retrieval

import "encoding/binary"

// strings16 is a list of strings in one piece of memory.
type strings16 struct {
	text string
	ends []uint32
}

func (s *strings16) at(d uint16) string {
	start := uint32(0)
	if d > 0 {
		start = s.ends[d-1]
	}
	return s.text[start:s.ends[d]]
}

// stringsOf packs n strings.
func stringsOf(n int, at func(d int) string) strings16 {
	s := strings16{ends: make([]uint32, n)}
	size := 0
	for d := range n {
		size += len(at(d))
		s.ends[d] = uint32(size)
	}
	text := make([]byte, 0, size)
	for d := range n {
		text = append(text, at(d)...)
	}
	s.text = string(text)
	return s
}

// numberColumn holds one of the numbers documents are sorted by.
type numberColumn struct {
	values []int64
	has    bitmap // nil: all documents have a value
}

// keyColumn holds one of the keys documents are sorted by. heads has the first
// eight bytes of each as a number, which decides most comparisons.
type keyColumn struct {
	values strings16
	heads  []uint64
	has    bitmap // nil: all documents have a value
}

// head is the first eight bytes of a key, comparing as the key does.
func head(key string) uint64 {
	var b [8]byte
	copy(b[:], key)
	return binary.BigEndian.Uint64(b[:])
}

// numberColumns gathers the columns of n documents; at returns nil beyond the last.
func numberColumns(n int, at func(d int) []int64) (columns []numberColumn) {
	for d := range n {
		for len(columns) < len(at(d)) {
			columns = append(columns, numberColumn{values: make([]int64, n), has: newBitmap(n)})
		}
		for i, v := range at(d) {
			columns[i].values[d] = v
			columns[i].has.set(uint16(d))
		}
	}
	for i := range columns {
		columns[i].has = columns[i].has.unlessFull(n)
	}
	return columns
}

// keyColumns gathers the columns of n documents.
func keyColumns(n int, at func(d int) []string) (columns []keyColumn) {
	most := 0
	for d := range n {
		most = max(most, len(at(d)))
	}
	for i := range most {
		has := newBitmap(n)
		c := keyColumn{heads: make([]uint64, n)}
		c.values = stringsOf(n, func(d int) string {
			if keys := at(d); i < len(keys) {
				has.set(uint16(d))
				return keys[i]
			}
			return ""
		})
		for d := range n {
			c.heads[d] = head(c.values.at(uint16(d)))
		}
		c.has = has.unlessFull(n)
		columns = append(columns, c)
	}
	return columns
}

// unlessFull is nil if the first n bits are all set, else b.
func (b bitmap) unlessFull(n int) bitmap {
	if b.count() == n {
		return nil
	}
	return b
}
