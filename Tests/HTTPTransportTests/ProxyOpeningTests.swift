import Testing

@testable import HTTPTransport

@Suite("asking a proxy for a way")
struct ProxyOpeningTests {
    static let grant = Array("HTTP/1.1 200 Connection established\r\nX: y\r\n\r\n".utf8)

    @Test("CONNECT names host and port, and shows a password when there is one")
    func connect() {
        let plain = ProxyOpening(HTTPProxy(.http, host: "proxy", port: 3128), to: "api.example", port: 6443)
        #expect(
            plain.begin() == .send(Array("CONNECT api.example:6443 HTTP/1.1\r\nHost: api.example:6443\r\n\r\n".utf8)))
        let secret = ProxyOpening(
            HTTPProxy(.http, host: "proxy", port: 3128, credentials: "dTpw"), to: "fd00::1", port: 443)
        #expect(
            secret.begin()
                == .send(
                    Array(
                        "CONNECT [fd00::1]:443 HTTP/1.1\r\nHost: [fd00::1]:443\r\nProxy-Authorization: Basic dTpw\r\n\r\n".utf8)))
    }

    @Test("an answer is understood however it is cut, and what follows it is handed on")
    func cuts() {
        for cut in 0...Self.grant.count {
            var opening = ProxyOpening(HTTPProxy(.http, host: "proxy", port: 1), to: "a", port: 2)
            let first = opening.receive(Self.grant[..<cut])
            if cut < Self.grant.count {
                #expect(first == .wait)
                #expect(opening.receive(Self.grant[cut...] + [1, 2]) == .open(early: [1, 2]))
            } else {
                #expect(first == .open(early: []))
            }
        }
    }

    @Test(
        "a refusal is told as the proxy said it",
        arguments: [
            ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "the proxy refuses: 407 Proxy Authentication Required"),
            ("SSH-2.0-OpenSSH\r\n\r\n", "the proxy does not speak HTTP"), ("\r\n\r\n", "the proxy does not speak HTTP"),
        ])
    func refusals(answer: String, reason: String) {
        var opening = ProxyOpening(HTTPProxy(.http, host: "proxy", port: 1), to: "a", port: 2)
        #expect(opening.receive(Array(answer.utf8)) == .fail(reason))
    }

    @Test("an answer without an end is not kept")
    func endless() {
        var opening = ProxyOpening(HTTPProxy(.http, host: "proxy", port: 1), to: "a", port: 2)
        #expect(opening.receive([UInt8](repeating: 65, count: 16 << 10)) == .wait)
        #expect(opening.receive([65]) == .fail("the proxy's answer does not end"))
    }

    @Test("SOCKS 5: greeting, request by name, grant with each kind of address (RFC 1928)")
    func socks() {
        for address in [[1, 127, 0, 0, 1], [3, 2, 97, 98], [4] + [UInt8](repeating: 0, count: 16)] as [[UInt8]] {
            var opening = ProxyOpening(HTTPProxy(.socks, host: "proxy", port: 1080), to: "api", port: 6443)
            #expect(opening.begin() == .send([5, 1, 0]))
            #expect(opening.receive([5]) == .wait)
            #expect(opening.receive([0]) == .send([5, 1, 0, 3, 3] + "api".utf8 + [0x19, 0x2B]))
            let reply = [5, 0, 0] + address + [0, 80]
            #expect(opening.receive(reply.dropLast()) == .wait)
            #expect(opening.receive([80, 9]) == .open(early: [9]))
        }
    }

    @Test(
        "SOCKS 5: an address is named as one",
        arguments: [
            ("127.0.0.1", [1, 127, 0, 0, 1]), ("::1", [4] + [UInt8](repeating: 0, count: 15) + [1]),
        ] as [(String, [UInt8])])
    func socksAddresses(host: String, named: [UInt8]) {
        var opening = ProxyOpening(HTTPProxy(.socks, host: "proxy", port: 1080), to: host, port: 443)
        #expect(opening.receive([5, 0]) == .send([5, 1, 0] + named + [1, 0xBB]))
    }

    @Test("SOCKS 5: a proxy that wants a password, refuses, or is none")
    func socksRefusals() {
        func opening() -> ProxyOpening { ProxyOpening(HTTPProxy(.socks, host: "p", port: 1), to: "api", port: 6443) }
        var (password, other, refusing) = (opening(), opening(), opening())
        #expect(password.receive([5, 0xFF]) == .fail("the proxy wants a password"))
        #expect(other.receive(Array("HTTP".utf8)) == .fail("the proxy does not speak SOCKS 5"))
        _ = refusing.receive([5, 0])
        #expect(refusing.receive([5, 5, 0, 1, 0, 0, 0, 0, 0, 0]) == .fail("the proxy refuses (SOCKS reply 5)"))
    }
}
