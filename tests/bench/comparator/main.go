// Command comparator is the lower bound of a collector built on informers: it decodes every object
// to a map[string]any, keeps it in a map by uid, walks the paths of the attributes and keeps the rows.
// A real one does more. Only the standard library is used.
//
//	comparator -file OBJECTS.ndjson
//	comparator -url http://127.0.0.1:PORT/api/v1/pods?limit=500
//
// It prints one line of JSON: objects, row_bytes, cpu_seconds, rss_bytes, peak_bytes.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// The paths of the C++ figures (paths.cc); "*" is every element of a list.
var paths = [][]string{
	{"metadata", "name"}, {"metadata", "namespace"}, {"metadata", "labels", "tier"},
	{"spec", "nodeName"}, {"spec", "serviceAccountName"}, {"spec", "containers", "*", "image"},
	{"status", "phase"}, {"status", "podIP"},
}

type object = map[string]any

type collector struct {
	objects map[string]object
	rows    map[string]string
}

func walk(value any, path []string) any {
	if len(path) == 0 {
		return value
	}
	if path[0] == "*" {
		items, _ := value.([]any)
		found := make([]any, 0, len(items))
		for _, item := range items {
			found = append(found, walk(item, path[1:]))
		}
		return found
	}
	fields, _ := value.(object)
	return walk(fields[path[0]], path[1:])
}

func (c *collector) add(o object) error {
	metadata, _ := o["metadata"].(object)
	uid, _ := metadata["uid"].(string)
	values := make([]any, len(paths))
	for i, path := range paths {
		values[i] = walk(o, path)
	}
	row, err := json.Marshal(values)
	if err != nil {
		return err
	}
	c.objects[uid] = o
	c.rows[uid] = string(row)
	return nil
}

func (c *collector) addLines(text []byte) error {
	for len(text) > 0 {
		line, rest, _ := bytes.Cut(text, []byte("\n"))
		text = rest
		var o object
		if err := json.Unmarshal(line, &o); err != nil {
			return err
		}
		if err := c.add(o); err != nil {
			return err
		}
	}
	return nil
}

type page struct {
	Metadata struct{ Continue string }
	Items    []object
}

func (c *collector) addPages(address string) error {
	for token := ""; ; {
		from := address
		if token != "" {
			from += "&continue=" + url.QueryEscape(token)
		}
		response, err := http.Get(from)
		if err != nil {
			return err
		}
		var got page
		err = json.NewDecoder(bufio.NewReaderSize(response.Body, 1<<16)).Decode(&got)
		response.Body.Close()
		if err != nil {
			return err
		}
		for _, o := range got.Items {
			if err := c.add(o); err != nil {
				return err
			}
		}
		if token = got.Metadata.Continue; token == "" {
			return nil
		}
	}
}

func cpuSeconds() float64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

// memory reads a line such as "VmRSS:   1234 kB".
func memory(name string) int {
	status, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(status), "\n") {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == name+":" {
			kilobytes, _ := strconv.Atoi(fields[1])
			return kilobytes * 1024
		}
	}
	return 0
}

func run(file, address string) error {
	c := collector{objects: map[string]object{}, rows: map[string]string{}}
	var text []byte
	if file != "" {
		var err error
		if text, err = os.ReadFile(file); err != nil {
			return err
		}
	}
	before := cpuSeconds()
	var err error
	if file != "" {
		err = c.addLines(text)
	} else {
		err = c.addPages(address)
	}
	if err != nil {
		return err
	}
	rowBytes := 0
	for _, row := range c.rows {
		rowBytes += len(row)
	}
	fmt.Printf(`{"objects":%d,"row_bytes":%d,"cpu_seconds":%f,"rss_bytes":%d,"peak_bytes":%d}`+"\n",
		len(c.objects), rowBytes, cpuSeconds()-before, memory("VmRSS"), memory("VmHWM"))
	return nil
}

func main() {
	file := flag.String("file", "", "objects, one a line")
	address := flag.String("url", "", "a list to read page by page")
	flag.Parse()
	if err := run(*file, *address); err != nil {
		fmt.Fprintln(os.Stderr, "comparator:", err)
		os.Exit(1)
	}
}
