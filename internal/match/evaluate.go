package match

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// Measure is a mean over questions with its 95 % interval, by a thousand
// bootstrap samples of the questions (percentiles; the same samples each run).
type Measure struct{ Mean, Low, High float64 }

// Evaluation is how well the matching finds what people judged to be right.
type Evaluation struct {
	Questions, Documents int
	NDCG10               Measure // linear gain, logarithmic discount
	Recall10, Recall100  Measure
	MRR                  Measure // of the first right document among the first 100

	ndcg []float64 // by question
}

// Gain is the mean of what nDCG@10 of each question is above that of another
// evaluation of the same set, with its 95 % interval by a paired bootstrap: an
// interval that holds zero proves no difference.
func (e Evaluation) Gain(before Evaluation) Measure {
	if len(e.ndcg) != len(before.ndcg) {
		return Measure{}
	}
	difference := make([]float64, len(e.ndcg))
	for i, v := range e.ndcg {
		difference[i] = v - before.ndcg[i]
	}
	return measure(difference)
}

// Sets gives the folders of judged questions that a folder stands for: itself
// when it has a corpus.tsv, else those in it that have one, by name.
func Sets(dir string) ([]string, error) {
	corpora, err := filepath.Glob(filepath.Join(dir, "*", "corpus.tsv"))
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(dir, "corpus.tsv")); err == nil || len(corpora) == 0 {
		return []string{dir}, nil // a missing file is told of when it is opened
	}
	for i, c := range corpora {
		corpora[i] = filepath.Dir(c)
	}
	return corpora, nil
}

// evaluated is how deep the rankings go.
const evaluated = 100

// Evaluate ranks the documents of dir for its questions and compares with the
// judgments there: corpus.tsv (id, text or id, title, text), queries.tsv (id,
// text) and qrels.tsv (question, document, grade), without headers. Questions
// without a judged document count nowhere. run, unless nil, gets the ranking in
// TREC's format.
func Evaluate(ctx context.Context, dir string, dictionaries []string, run io.Writer, progress func(stage string, done, total int)) (e Evaluation, err error) {
	a, err := Analyzer(dictionaries)
	if err != nil {
		return e, err
	}
	documents, err := ReadTexts(filepath.Join(dir, "corpus.tsv"), true)
	if err != nil {
		return e, err
	}
	questions, err := ReadTexts(filepath.Join(dir, "queries.tsv"), true)
	if err != nil {
		return e, err
	}
	grades, err := readJudgments(filepath.Join(dir, "qrels.tsv"))
	if err != nil {
		return e, err
	}
	questions = slices.DeleteFunc(questions, func(t Text) bool { return len(grades[t.ID]) == 0 })
	ranked := map[string][]string{}
	var out *bufio.Writer
	if run != nil {
		out = bufio.NewWriter(run)
	}
	err = rank(ctx, a, documents, questions, FilesOptions{Top: evaluated, Progress: progress}, func(m FileMatch) error {
		ranked[m.Query] = append(ranked[m.Query], m.Candidate)
		if out == nil {
			return nil
		}
		_, err := fmt.Fprintf(out, "%s Q0 %s %d %.6f kyoten\n", m.Query, m.Candidate, m.Rank, m.Score)
		return err
	})
	if err == nil && out != nil {
		err = out.Flush()
	}
	if err != nil {
		return e, err
	}
	var ndcg, recall10, recall100, mrr []float64
	for _, q := range questions {
		n, r10, r100, first := judge(ranked[q.ID], grades[q.ID])
		ndcg, recall10, recall100, mrr = append(ndcg, n), append(recall10, r10), append(recall100, r100), append(mrr, first)
	}
	return Evaluation{
		Questions: len(questions), Documents: len(documents),
		ndcg: ndcg, NDCG10: measure(ndcg), Recall10: measure(recall10), Recall100: measure(recall100), MRR: measure(mrr),
	}, nil
}

// judge scores one ranking. Grades at or below zero are no answers.
func judge(ranking []string, grades map[string]float64) (ndcg, recall10, recall100, mrr float64) {
	var ideal []float64
	for _, g := range grades {
		if g > 0 {
			ideal = append(ideal, g)
		}
	}
	slices.SortFunc(ideal, func(a, b float64) int { return cmp.Compare(b, a) })
	best := 0.0
	for i, g := range ideal[:min(10, len(ideal))] {
		best += g / math.Log2(float64(i)+2)
	}
	for i, id := range ranking {
		g := grades[id]
		if g <= 0 {
			continue
		}
		if mrr == 0 {
			mrr = 1 / float64(i+1)
		}
		recall100++
		if i < 10 {
			recall10++
			ndcg += g / math.Log2(float64(i)+2)
		}
	}
	if best == 0 {
		return 0, 0, 0, 0
	}
	n := float64(len(ideal))
	return ndcg / best, recall10 / n, recall100 / n, mrr
}

func measure(values []float64) Measure {
	if len(values) == 0 {
		return Measure{}
	}
	const samples = 1000
	r := rand.New(rand.NewPCG(2026, 4))
	means := make([]float64, samples)
	for i := range means {
		for range values {
			means[i] += values[r.IntN(len(values))]
		}
		means[i] /= float64(len(values))
	}
	slices.Sort(means)
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return Measure{Mean: sum / float64(len(values)), Low: means[samples*25/1000], High: means[samples*975/1000-1]}
}

// readJudgments reads question, document, grade; a fourth column between the
// first two, as TREC has it, is passed over.
func readJudgments(name string) (map[string]map[string]float64, error) {
	f, err := open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	out := map[string]map[string]float64{}
	sc := bufio.NewScanner(f)
	for n := 1; sc.Scan(); n++ {
		c := strings.Fields(sc.Text())
		if len(c) == 0 {
			continue
		}
		if len(c) == 4 {
			c = slices.Delete(c, 1, 2)
		}
		if len(c) != 3 {
			return nil, hub.Errorf(hub.Invalid, "match.file_columns", "file", filepath.Base(name), "row", n)
		}
		g, err := strconv.ParseFloat(c[2], 64)
		if err != nil {
			return nil, hub.Errorf(hub.Invalid, "match.file_columns", "file", filepath.Base(name), "row", n)
		}
		if out[c[0]] == nil {
			out[c[0]] = map[string]float64{}
		}
		out[c[0]][c[1]] = g
	}
	return out, sc.Err()
}

// Dictionaries lists the files that a --dictionary argument stands for: the file
// itself, or those of a folder, as EJDict comes in one file a letter.
func Dictionaries(names []string) ([]string, error) {
	var out []string
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil || !info.IsDir() {
			out = append(out, name) // a missing file is told of when it is opened
			continue
		}
		inside, err := filepath.Glob(filepath.Join(name, "*.txt"))
		if err != nil {
			return nil, err
		}
		if len(inside) == 0 {
			return nil, hub.Errorf(hub.NotFound, "match.dictionary_empty", "file", name)
		}
		out = append(out, inside...)
	}
	return out, nil
}
