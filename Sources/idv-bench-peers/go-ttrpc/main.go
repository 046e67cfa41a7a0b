// The Go ttrpc server as a peer of `idv bench rpc`: the yardstick service behind tls.NewListener.
//
//	go-ttrpc AUTHORITY CERTIFICATE KEY THREADS
//
// Messages are bytes without a codec, as in every other server of the bench. Built by ../build.sh from the
// Debian packages, never by idv's own build.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"fmt"
	"log"
	"net"
	"os"
	"runtime"
	"strconv"

	"github.com/containerd/ttrpc"
)

// raw is a message that is its own encoding.
type raw struct{ bytes []byte }

func (m *raw) Reset()                       { m.bytes = nil }
func (m *raw) String() string               { return "raw" }
func (m *raw) ProtoMessage()                {}
func (m *raw) Marshal() ([]byte, error)     { return m.bytes, nil }
func (m *raw) Unmarshal(bytes []byte) error { m.bytes = bytes; return nil }

func method(answer func(*raw) *raw) ttrpc.Method {
	return func(_ context.Context, unmarshal func(interface{}) error) (interface{}, error) {
		request := new(raw)
		if err := unmarshal(request); err != nil {
			return nil, err
		}
		return answer(request), nil
	}
}

func configuration(authority, certificate, key string) *tls.Config {
	pair, err := tls.LoadX509KeyPair(certificate, key)
	if err != nil {
		log.Fatal(err)
	}
	text, err := os.ReadFile(authority)
	if err != nil {
		log.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(text)
	return &tls.Config{
		Certificates: []tls.Certificate{pair},
		ClientAuth:   tls.RequireAndVerifyClientCert,
		ClientCAs:    roots,
		MinVersion:   tls.VersionTLS13,
		NextProtos:   []string{"ttrpc/1.2"},
	}
}

func main() {
	if len(os.Args) != 5 {
		log.Fatal("go-ttrpc AUTHORITY CERTIFICATE KEY THREADS")
	}
	threads, err := strconv.Atoi(os.Args[4])
	if err != nil {
		log.Fatal(err)
	}
	runtime.GOMAXPROCS(threads)
	server, err := ttrpc.NewServer()
	if err != nil {
		log.Fatal(err)
	}
	server.Register("idv.bench.Yardstick", map[string]ttrpc.Method{
		"Echo":   method(func(request *raw) *raw { return request }),
		"Upload": method(func(*raw) *raw { return &raw{make([]byte, 16)} }),
		"Download": method(func(request *raw) *raw {
			return &raw{make([]byte, binary.BigEndian.Uint32(request.bytes))}
		}),
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("ready", listener.Addr().(*net.TCPAddr).Port)
	secure := tls.NewListener(listener, configuration(os.Args[1], os.Args[2], os.Args[3]))
	log.Fatal(server.Serve(context.Background(), secure))
}
