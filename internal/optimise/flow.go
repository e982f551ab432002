// Package optimise holds the exact algorithms that proposals of work rest on:
// minimum-cost flow, and the assignment of people to cases built on it.
//
// It is pure: numbers in, numbers out, no domain words beyond people and cases,
// no clock and no randomness, so the same input gives the same answer. It never
// decides; a person accepts, changes or locks what it proposes.
package optimise

import "math"

// network is a directed graph with capacities and non-negative costs, solved by
// successive shortest paths with potentials (Edmonds & Karp 1972; Ahuja,
// Magnanti & Orlin, Network Flows, §9.7). Costs are whole numbers, so the
// optimum is exact.
type network struct {
	first []int32 // of the edges that leave a node; -1 ends the list
	next  []int32
	to    []int32
	room  []int32 // capacity left; edge e^1 is the way back
	cost  []int64
}

func newNetwork(nodes int) *network {
	n := &network{first: make([]int32, nodes)}
	for i := range n.first {
		n.first[i] = -1
	}
	return n
}

// edge adds an edge and gives its number; the edge back is the number ^ 1.
func (n *network) edge(from, to int, capacity int, cost int64) int {
	e := len(n.to)
	n.to = append(n.to, int32(to), int32(from))
	n.room = append(n.room, int32(capacity), 0)
	n.cost = append(n.cost, cost, -cost)
	n.next = append(n.next, n.first[from], n.first[to])
	n.first[from], n.first[to] = int32(e), int32(e+1)
	return e
}

// flow tells how much runs through an edge.
func (n *network) flow(e int) int { return int(n.room[e^1]) }

// solve sends as much as it can from source to sink, at most want, at the least
// cost, and gives how much it sent.
func (n *network) solve(source, sink, want int) (sent int) {
	nodes := len(n.first)
	price := make([]int64, nodes)    // potentials: keep every reduced cost ≥ 0
	distance := make([]int64, nodes) // from source by reduced costs
	came := make([]int32, nodes)     // edge by which a node was reached
	var open frontier
	for sent < want {
		for i := range distance {
			distance[i] = math.MaxInt64
		}
		distance[source] = 0
		open = append(open[:0], reach{int32(source), 0})
		for len(open) > 0 {
			at := open.pop()
			if at.distance > distance[at.node] {
				continue
			}
			if int(at.node) == sink {
				break
			}
			for e := n.first[at.node]; e >= 0; e = n.next[e] {
				if n.room[e] == 0 {
					continue
				}
				to := n.to[e]
				if d := at.distance + n.cost[e] + price[at.node] - price[to]; d < distance[to] {
					distance[to], came[to] = d, e
					open.push(reach{to, d})
				}
			}
		}
		end := distance[sink]
		if end == math.MaxInt64 {
			return sent
		}
		for i := range price {
			price[i] += min(distance[i], end)
		}
		push := int32(want - sent)
		for v := sink; v != source; v = int(n.to[came[v]^1]) {
			push = min(push, n.room[came[v]])
		}
		for v := sink; v != source; v = int(n.to[came[v]^1]) {
			n.room[came[v]] -= push
			n.room[came[v]^1] += push
		}
		sent += int(push)
	}
	return sent
}

// reach is a node with a distance at which it can be reached.
type reach struct {
	node     int32
	distance int64
}

// frontier is a binary heap of what has been reached, nearest first; equals go
// by node, so that the answer does not depend on chance. It is written out for
// its element: the heap of the standard library costs this loop two thirds of
// its time.
type frontier []reach

func (r reach) before(o reach) bool {
	return r.distance < o.distance || r.distance == o.distance && r.node < o.node
}

func (f *frontier) push(x reach) {
	h := append(*f, x)
	i := len(h) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !x.before(h[up]) {
			break
		}
		h[i] = h[up]
		i = up
	}
	h[i] = x
	*f = h
}

func (f *frontier) pop() reach {
	h := *f
	top, x := h[0], h[len(h)-1]
	h = h[:len(h)-1]
	i := 0
	for {
		down := 2*i + 1
		if down >= len(h) {
			break
		}
		if down+1 < len(h) && h[down+1].before(h[down]) {
			down++
		}
		if !h[down].before(x) {
			break
		}
		h[i] = h[down]
		i = down
	}
	if len(h) > 0 {
		h[i] = x
	}
	*f = h
	return top
}
