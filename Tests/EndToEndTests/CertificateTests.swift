import FleetModel
import Foundation
import TestSupport
import Testing

@Suite("HTTPS with given certificates", .serialized)
struct CertificateTests {
    /// A certificate of its own authority: `<stem>.pem` and `<stem>.key` in the machine's home.
    private static func make(_ machine: Machine, _ stem: String, _ names: String) async throws {
        try await HelloProject.shell(
            """
            cd '\(machine.home)'
            openssl req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -days 30 -subj '/CN=\(stem)' \
              -addext 'subjectAltName=\(names)' -keyout \(stem).key -out \(stem).pem 2>openssl.log
            """)
    }

    private static func curl(_ machine: Machine, _ words: [String]) async throws -> Outcome {
        try await Command("/usr/bin/env", ["curl", "-sS"] + words, environment: machine.environment).run(within: .seconds(20))
    }

    @Test(
        "added, used at once, replaced by its successor, kept over a restart of everything, removed; requests in clear are sent on"
    )
    func everyday() async throws {
        try await Machine.run { machine in
            let manifest =
                "app: hello\nhost: shop.example\nhttp: {health: /health, force_https: true}\nenv: {GREETING: from a test}\n"
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: manifest)
            try #require(try await machine.beamctl("deploy", project, "--no-build").code == 0)
            #expect(try await machine.status("hello").urls?.first?.hasPrefix("http://shop.example:8080") == true)
            try await Self.make(machine, "first", "DNS:shop.example")
            let added = try await machine.beamctl("certificates", "add", "first.pem", "first.key", in: machine.home)
            #expect(added.code == 0 && added.output.hasPrefix("HTTPS for shop.example: for "), "\(added)")
            let address = String(machine.network.prefix { $0 != "/" }.dropLast()) + "1"
            let resolve = ["--resolve", "shop.example:8443:\(address)", "--resolve", "shop.example:8080:\(address)"]
            func ask(_ url: String, trusting stem: String) async throws -> Outcome {
                try await Self.curl(machine, resolve + ["--cacert", "\(machine.home)/\(stem).pem", "-L", url])
            }
            try await machine.until("HTTPS is taken") {
                try await ask("https://shop.example:8443/json", trusting: "first").output.contains("hello@127.")
            }
            let sent = try await Self.curl(
                machine, resolve + ["-o", "/dev/null", "-w", "%{http_code} %{redirect_url}", "http://shop.example:8080/x"])
            #expect(sent.output == "301 https://shop.example:8443/x", "\(sent)")
            #expect(try await machine.status("hello").urls?.first == "https://shop.example:8443")
            let listed = try await machine.json([CertificateReport].self, "certificates", "list")
            #expect(listed.map(\.names) == [["shop.example"]])

            try await Self.make(machine, "second", "DNS:shop.example")
            try #require(try await machine.beamctl("certificates", "add", "second.pem", "second.key", in: machine.home).code == 0)
            try await machine.until("the successor is shown") {
                try await ask("https://shop.example:8443/json", trusting: "second").code == 0
            }
            let kept = try await machine.json([CertificateReport].self, "certificates", "list")
            #expect(kept.count == 1 && kept != listed)

            try #require(try await machine.beamctl("stop", "--all").code == 0)
            try #require(try await machine.beamctl("restart", "hello").code == 0)
            try await machine.until("it is shown again") {
                try await ask("https://shop.example:8443/json", trusting: "second").code == 0
            }
            let folder = machine.home + "/entrance/certificates/" + (kept.first?.id ?? "")
            let mode = try FileManager.default.attributesOfItem(atPath: folder + "/key.pem")[.posixPermissions] as? Int
            #expect(mode == 0o600)
            try #require(try await machine.beamctl("certificates", "remove", kept.first?.id ?? "").code == 0)
            #expect(!FileManager.default.fileExists(atPath: folder))
            try await machine.until("HTTPS is taken no more") {
                try await ask("https://shop.example:8443/json", trusting: "second").code != 0
            }
            #expect(try await ask("http://shop.example:8080/json", trusting: "second").output.contains("hello@127."))
        }
    }

    @Test("what no client would take now is refused, and one that is for nobody's host is told of")
    func unfit() async throws {
        try await Machine.run { machine in
            let project = try await HelloProject.shared.copy(
                to: machine.home, manifest: "app: hello\nhost: shop.example\nenv: {GREETING: from a test}\n")
            try #require(try await machine.beamctl("deploy", project, "--no-build").code == 0)
            try await HelloProject.shell(
                """
                cd '\(machine.home)'
                mkdir ca && touch ca/index.txt && echo 01 > ca/serial
                openssl req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -days 30 -subj '/CN=ca' \
                  -keyout ca/ca.key -out ca/ca.pem 2>openssl.log
                printf '[ca]\ndefault_ca=d\n[d]\ndatabase=ca/index.txt\nserial=ca/serial\nnew_certs_dir=ca\nprivate_key=ca/ca.key\n' > ca/conf
                printf 'certificate=ca/ca.pem\ndefault_md=sha256\npolicy=p\ncopy_extensions=copy\nunique_subject=no\n[p]\ncommonName=supplied\n' >> ca/conf
                make() {
                  openssl req -new -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -subj "/CN=$1" \
                    -addext 'subjectAltName=DNS:shop.example' -keyout "$1.key" -out "$1.csr" 2>>openssl.log
                  openssl ca -batch -config ca/conf -in "$1.csr" -out "$1.pem" -notext -startdate "$2" -enddate "$3" 2>>openssl.log
                }
                make expired 200101000000Z 210101000000Z
                make future 400101000000Z 410101000000Z
                """)
            try await Self.make(machine, "elsewhere", "DNS:other.example,DNS:*.other.example")
            let expired = try await machine.beamctl("certificates", "add", "expired.pem", "expired.key", in: machine.home)
            #expect(
                expired.code == 1
                    && expired.errors.contains("the certificate for shop.example has expired: it held until 2021-01-01T00:00:00Z"),
                "\(expired)")
            let future = try await machine.beamctl("certificates", "add", "future.pem", "future.key", in: machine.home)
            #expect(
                future.code == 1
                    && future.errors.contains(
                        "the certificate for shop.example does not hold yet, only from 2040-01-01T00:00:00Z on"),
                "\(future)")
            #expect(try await machine.json([CertificateReport].self, "certificates", "list").isEmpty)
            let elsewhere = try await machine.beamctl("certificates", "add", "elsewhere.pem", "elsewhere.key", in: machine.home)
            #expect(
                elsewhere.code == 0
                    && elsewhere.errors == "warning: no app has a host that it is for; theirs are hello.localhost, shop.example\n"
            )
            try await Self.make(machine, "right", "DNS:*.example")
            let right = try await machine.beamctl("certificates", "add", "right.pem", "right.key", in: machine.home)
            #expect(right.code == 0 && right.errors.isEmpty, "\(right)")
        }
    }

    @Test("what no server could show is refused with the reason, and nothing is kept of it")
    func refusals() async throws {
        try await Machine.run { machine in
            try await Self.make(machine, "one", "DNS:one.example")
            try await Self.make(machine, "two", "DNS:two.example")
            for (words, reason) in [
                (["one.pem", "two.key"], "the key does not belong to the certificate"),
                (["one.key", "one.key"], "no certificate"),
                (["one.pem", "one.pem"], "there is no private key"), (["missing.pem", "one.key"], "missing.pem"),
                (["openssl.log", "one.key"], "the certificate is no PEM"),
            ] {
                let refused = try await machine.beamctl(["certificates", "add"] + words, in: machine.home)
                #expect(refused.code == 1 && refused.errors.contains(reason), "\(refused)")
            }
            #expect(try await machine.beamctl("certificates", "remove", "abcdef").code == 1)
            #expect(try await machine.beamctl("certificates", "remove", "../x").code == 64)
            #expect(try await machine.json([CertificateReport].self, "certificates", "list").isEmpty)
            try #require(try await machine.beamctl("stop", "--all").code == 0)
            let closed = ["BEAMCTL_ENTRANCE": "127.0.0.1:1"]
            let nowhere = try await machine.beamctl(
                "certificates", "add", "one.pem", "one.key", in: machine.home, environment: closed)
            #expect(nowhere.code == 1 && nowhere.errors.contains("BEAMCTL_ENTRANCE names no place for it"), "\(nowhere)")
        }
    }
}
