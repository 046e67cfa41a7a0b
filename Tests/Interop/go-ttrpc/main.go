// A stock ttrpc client in Go calls our server over TLS: what Debian packages, and nothing of ours but the .proto.
//
//	go-ttrpc HOST:PORT CA CERT KEY
//
// Says how each check went, and ends with 1 if one failed.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/containerd/ttrpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"idvinterop/calls"
)

const (
	largeBytes      = 3 << 20
	concurrentCalls = 100
	patience        = 60 * time.Second
)

type peer struct {
	test        calls.TestServiceService
	conformance calls.ConformanceService
}

var checks = []struct {
	name string
	run  func(context.Context, peer) error
}{
	{"empty", empty},
	{"echo", echo},
	{"account", account},
	{"status", statusCode},
	{"unimplemented method", unimplemented},
	{"metadata", metadata},
	{"deadline told", deadlineTold},
	{"deadline passes", deadlinePasses},
	{"3 MiB each way", large},
	{"100 calls at once", concurrent},
}

func main() {
	if len(os.Args) != 5 {
		fmt.Fprintln(os.Stderr, "usage: go-ttrpc HOST:PORT CA CERT KEY")
		os.Exit(2)
	}
	failed := 0
	for _, protocols := range [][]string{nil, {"ttrpc/1.2"}} {
		name := "without ALPN"
		if protocols != nil {
			name = "ALPN " + protocols[0]
		}
		connection, err := dial(os.Args[1:], protocols)
		if err != nil {
			fmt.Printf("%s: FAILED: %v\n", name, err)
			os.Exit(1)
		}
		client := ttrpc.NewClient(connection)
		both := peer{calls.NewTestServiceClient(client), calls.NewConformanceClient(client)}
		for _, check := range checks {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			if err := check.run(ctx, both); err != nil {
				failed++
				fmt.Printf("%s: %s: FAILED: %v\n", name, check.name, err)
			} else {
				fmt.Printf("%s: %s: passed\n", name, check.name)
			}
			cancel()
		}
		client.Close()
	}
	if failed > 0 {
		os.Exit(1)
	}
}

func dial(arguments []string, protocols []string) (*tls.Conn, error) {
	authority, err := os.ReadFile(arguments[1])
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(authority) {
		return nil, errors.New("no authority in " + arguments[1])
	}
	own, err := tls.LoadX509KeyPair(arguments[2], arguments[3])
	if err != nil {
		return nil, err
	}
	return tls.Dial("tcp", arguments[0], &tls.Config{
		RootCAs: pool, Certificates: []tls.Certificate{own}, NextProtos: protocols,
		MinVersion: tls.VersionTLS13,
	})
}

func empty(ctx context.Context, p peer) error {
	_, err := p.test.EmptyCall(ctx, &calls.Empty{})
	return err
}

func script(text string, delayMs uint32) *calls.ConformanceRequest {
	plan := &calls.Plan{Text: text, DelayMs: delayMs}
	return &calls.ConformanceRequest{Script: &calls.Script{Answers: []*calls.Plan{plan}}}
}

func echo(ctx context.Context, p peer) error {
	for _, text := range []string{"", "hello", "身份核验 é ☺ 😈", strings.Repeat("x", 100_000)} {
		answer, err := p.conformance.Unary(ctx, script(text, 0))
		if err != nil {
			return err
		}
		if answer.Text != text {
			return fmt.Errorf("%d bytes came back instead of %d", len(answer.Text), len(text))
		}
	}
	return nil
}

func account(ctx context.Context, p peer) error {
	answer, err := p.test.UnaryCall(ctx, &calls.SimpleRequest{FillUsername: true})
	if err != nil {
		return err
	}
	if answer.Username != "dev" {
		return fmt.Errorf("the server takes us for %q", answer.Username)
	}
	return nil
}

func expectCode(err error, want codes.Code, message string) error {
	if got := status.Code(err); got != want {
		return fmt.Errorf("the code is %v instead of %v (%v)", got, want, err)
	}
	if got := status.Convert(err).Message(); message != "" && got != message {
		return fmt.Errorf("the message is %q", got)
	}
	return nil
}

func statusCode(ctx context.Context, p peer) error {
	for code := codes.Canceled; code <= codes.Unauthenticated; code++ {
		message := fmt.Sprintf("\tends with %d: é ☺ 😈\n", code)
		_, err := p.test.UnaryCall(ctx, &calls.SimpleRequest{
			ResponseStatus: &calls.EchoStatus{Code: int32(code), Message: message}})
		if err := expectCode(err, code, message); err != nil {
			return err
		}
		if len(status.Convert(err).Proto().Details) != 1 {
			return errors.New("the detail is missing")
		}
	}
	return nil
}

func unimplemented(ctx context.Context, p peer) error {
	_, err := p.test.UnimplementedCall(ctx, &calls.Empty{})
	return expectCode(err, codes.Unimplemented, "")
}

func metadata(ctx context.Context, p peer) error {
	sent := ttrpc.MD{}
	sent.Set("x-one", "1", "2")
	sent.Set("x-any-bin", "AAECA/7/")
	answer, err := p.conformance.Unary(ttrpc.WithMetadata(ctx, sent), script("", 0))
	if err != nil {
		return err
	}
	seen := map[string][]string{}
	for _, pair := range answer.Info.Metadata {
		seen[pair.Key] = append(seen[pair.Key], pair.Value)
	}
	if fmt.Sprint(seen) != "map[x-any-bin:[AAECA/7/] x-one:[1 2]]" {
		return fmt.Errorf("the server saw %v", seen)
	}
	return nil
}

func deadlineTold(ctx context.Context, p peer) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	answer, err := p.conformance.Unary(ctx, script("", 0))
	if err != nil {
		return err
	}
	if left := answer.Info.TimeoutMs; left < 1 || left > 30_000 {
		return fmt.Errorf("the handler has %d ms of 30000", left)
	}
	return nil
}

func deadlinePasses(ctx context.Context, p peer) error {
	ctx, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
	defer cancel()
	_, err := p.conformance.Unary(ctx, script("", 60_000))
	if errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return expectCode(err, codes.DeadlineExceeded, "")
}

func large(ctx context.Context, p peer) error {
	request := &calls.SimpleRequest{
		ResponseSize: largeBytes, Payload: &calls.Payload{Body: make([]byte, largeBytes)}}
	answer, err := p.test.UnaryCall(ctx, request)
	if err != nil {
		return err
	}
	if len(answer.Payload.Body) != largeBytes {
		return fmt.Errorf("%d bytes came back", len(answer.Payload.Body))
	}
	return nil
}

func concurrent(ctx context.Context, p peer) error {
	failures := make(chan error, concurrentCalls)
	var group sync.WaitGroup
	for index := 0; index < concurrentCalls; index++ {
		group.Add(1)
		go func(text string) {
			defer group.Done()
			answer, err := p.conformance.Unary(ctx, script(text, 20))
			if err == nil && answer.Text != text {
				err = fmt.Errorf("%q came back instead of %q", answer.Text, text)
			}
			if err != nil {
				failures <- err
			}
		}(fmt.Sprint("call ", index))
	}
	group.Wait()
	close(failures)
	return <-failures
}
