import Foundation
import TestSupport
import Testing

@testable import HTTPEntrance

@Suite("Certificates: what they say, and what is wrong with them", .timeLimit(.minutes(1)))
struct CertificateFactsTests {
    @Test("the facts are those that openssl reads")
    func facts() async throws {
        let certificates = try await TestCertificates()
        let names = [
            "DNS:Hello.Example", "DNS:*.wild.example", "IP:192.0.2.7", "IP:2001:db8::1", "email:x@y.example", "DNS:hello.example",
        ]
        for (stem, days) in [("near", 30), ("far", 40_000), ("expired", -1)] {
            try await certificates.make(stem, names, days: max(days, 1))
            if days < 0 { try await Self.expire(stem, certificates) }
            let facts = try CertificateFacts(
                certificatePEM: certificates.octets("\(stem).pem"), keyPEM: certificates.octets("\(stem).key"))
            #expect(facts.names == ["hello.example", "*.wild.example", "192.0.2.7", "2001:db8::1"])
            #expect(facts.issuer == "Test CA, Beam Trust" && facts.matchesKey)
            let dates = try await TestCertificates.openssl(
                ["x509", "-in", certificates.path("\(stem).pem"), "-noout", "-dates", "-dateopt", "iso_8601"])
            let told = dates.compactMap { line in
                ISO8601DateFormatter().date(from: String(line.split(separator: "=")[1].replacing(" ", with: "T")))
            }
            #expect(told.map { Int64($0.timeIntervalSince1970) } == [facts.notBefore, facts.notAfter], "\(stem)")
        }
        let alone = try CertificateFacts(certificatePEM: certificates.octets("near.pem"), keyPEM: nil)
        #expect(!alone.matchesKey && alone.names.count == 4)
    }

    /// The same names once more, over since yesterday.
    private static func expire(_ stem: String, _ certificates: TestCertificates) async throws {
        let (pem, csr) = (certificates.path("\(stem).pem"), certificates.path("\(stem).csr"))
        try await TestCertificates.openssl(
            [
                "x509", "-x509toreq", "-copy_extensions", "copy", "-in", pem, "-signkey", certificates.path("\(stem).key"),
                "-out", csr,
            ])
        try await TestCertificates.openssl(
            ["x509", "-req", "-in", csr, "-copy_extensions", "copy", "-CA", certificates.authority]
                + ["-CAkey", certificates.path("ca.key"), "-days", "-1", "-out", pem])
    }

    @Test("without alternative names the common name counts, if it can be a host's")
    func commonName() async throws {
        let certificates = try await TestCertificates()
        try await certificates.make("old", [], subject: "/O=Beam/CN=Old.Example")
        try await certificates.make("both", ["DNS:new.example"], subject: "/CN=old.example")
        try await certificates.make("person", [], subject: "/CN=Ada Lovelace")
        #expect(try CertificateFacts(certificatePEM: certificates.octets("old.pem"), keyPEM: nil).names == ["old.example"])
        #expect(try CertificateFacts(certificatePEM: certificates.octets("both.pem"), keyPEM: nil).names == ["new.example"])
        let problem = #expect(throws: CertificateProblem.self) {
            try CertificateFacts(certificatePEM: certificates.octets("person.pem"), keyPEM: nil)
        }
        #expect(problem?.code == .noNames)
        #expect(problem?.message == "the certificate of Ada Lovelace is for no host: it has no alternative names")
    }

    @Test("every kind of key that servers have is known, and belongs to its own certificate only")
    func keys() async throws {
        let certificates = try await TestCertificates()
        let kinds = [["-newkey", "ec"], ["-newkey", "rsa:2048"]]
        for (index, kind) in kinds.enumerated() { try await certificates.make("kind\(index)", ["DNS:a.example"], key: kind) }
        // The older form of each, with the parameters of the curve before the key.
        try await TestCertificates.openssl(
            ["pkey", "-in", certificates.path("kind1.key"), "-traditional", "-out", certificates.path("old.key")])
        try FileManager.default.removeItem(atPath: certificates.path("kind1.key"))
        try FileManager.default.moveItem(atPath: certificates.path("old.key"), toPath: certificates.path("kind1.key"))
        try await TestCertificates.openssl(
            ["ecparam", "-name", "prime256v1", "-genkey", "-out", certificates.path("kind2.key")])
        try await certificates.make("kind2", ["DNS:a.example"], key: ["-key", certificates.path("kind2.key")])
        for one in 0...2 {
            for other in 0...2 {
                let facts = Result {
                    try CertificateFacts(
                        certificatePEM: certificates.octets("kind\(one).pem"), keyPEM: certificates.octets("kind\(other).key"))
                }
                if one == other {
                    #expect(throws: Never.self) { try facts.get() }
                } else {
                    let problem = #expect(throws: CertificateProblem.self) { try facts.get() }
                    #expect(problem?.code == .foreignKey && problem?.message == "the key does not belong to the certificate")
                }
            }
        }
    }

    @Test("what is wrong is told in words")
    func wrong() async throws {
        let certificates = try await TestCertificates()
        try await certificates.make("hello", ["DNS:hello.example"])
        let (pem, key) = (try certificates.octets("hello.pem"), try certificates.octets("hello.key"))
        let authority = try certificates.octets("ca.pem")
        try await TestCertificates.openssl(
            ["x509", "-in", certificates.path("hello.pem"), "-outform", "der", "-out", certificates.path("hello.der")])
        for (form, more) in [("new", []), ("old", ["-traditional"])] {
            try await TestCertificates.openssl(
                ["pkey", "-in", certificates.path("hello.key"), "-aes128", "-passout", "pass:x"] + more
                    + ["-out", certificates.path("\(form).key")])
        }
        let broken = Array("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8)
        let brokenKey = Array("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".utf8)
        let cases: [([UInt8], [UInt8]?, CertificateProblem.Code, String)] = [
            ([], key, .notPEM, "the certificate is no PEM"),
            (Array("hello".utf8), key, .notPEM, "the certificate is no PEM"),
            (
                try certificates.octets("hello.der"), key, .notPEM,
                "the certificate is no PEM; openssl x509 -inform der makes it such"
            ),
            (key, key, .noCertificate, "there is no certificate in the PEM, but PRIVATE KEY"),
            (broken, key, .badCertificate, "the PEM's certificate cannot be read"),
            (pem + broken, key, .badCertificate, "the PEM's certificate cannot be read"),
            (Array(pem.prefix(pem.count / 2)), key, .badCertificate, "the PEM's certificate cannot be read"),
            (pem, [], .notPEM, "the key is no PEM"),
            (pem, pem, .noKey, "there is no private key in the PEM, but CERTIFICATE"),
            (pem, brokenKey, .badKey, "the key cannot be read"),
            (
                pem, try certificates.octets("new.key"), .encryptedKey,
                "the key is encrypted with a passphrase; openssl pkey -in KEY -out PLAIN writes one that is not"
            ),
            (
                pem, try certificates.octets("old.key"), .encryptedKey,
                "the key is encrypted with a passphrase; openssl pkey -in KEY -out PLAIN writes one that is not"
            ),
            (pem, try certificates.octets("ca.key"), .foreignKey, "the key does not belong to the certificate"),
        ]
        for (certificate, key, code, message) in cases {
            let problem = #expect(throws: CertificateProblem.self) {
                try CertificateFacts(certificatePEM: certificate, keyPEM: key)
            }
            #expect(problem?.code == code && problem?.message == message)
        }
        // The authority has no alternative names, and a common name with a space.
        #expect(throws: CertificateProblem.self) { try CertificateFacts(certificatePEM: authority, keyPEM: nil) }
        #expect(throws: Never.self) { try CertificateFacts(certificatePEM: pem + authority, keyPEM: key) }
        #expect(throws: Never.self) { try CertificateFacts(certificatePEM: pem + key, keyPEM: pem + key) }
    }

    @Test("a chain that begins with the issuer is told, with a key and without")
    func order() async throws {
        let certificates = try await TestCertificates()
        try await certificates.make("hello", ["DNS:hello.example"])
        // An authority that could be a server by its name.
        try await TestCertificates.openssl(
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=ca.example"]
                + ["-keyout", certificates.path("ca.key"), "-out", certificates.path("ca.pem")])
        try await certificates.make("leaf", ["DNS:leaf.example"])
        let (leaf, authority) = (try certificates.octets("leaf.pem"), try certificates.octets("ca.pem"))
        for key in [try certificates.octets("leaf.key"), nil] {
            let problem = #expect(throws: CertificateProblem.self) {
                try CertificateFacts(certificatePEM: authority + leaf, keyPEM: key)
            }
            #expect(problem?.code == .leafNotFirst)
            #expect(throws: Never.self) { try CertificateFacts(certificatePEM: leaf + authority, keyPEM: key) }
        }
    }

    @Test("octets that were changed anywhere are a problem or other facts, and end nothing")
    func mutations() async throws {
        let certificates = try await TestCertificates()
        try await certificates.make("hello", ["DNS:hello.example", "IP:192.0.2.7"])
        let pem = String(decoding: try certificates.octets("hello.pem"), as: UTF8.self)
        let text = pem.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
        let der = try #require(Data(base64Encoded: text)).map { $0 }
        _ = try CertificateFields(der)
        var generator = SystemRandomNumberGenerator()
        for round in 0..<4000 {
            var changed = der
            for _ in 0...Int.random(in: 0...2, using: &generator) {
                changed[Int.random(in: changed.indices, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            if round % 4 == 0 { changed = Array(changed.prefix(.random(in: 0..<der.count, using: &generator))) }
            _ = try? CertificateFields(changed)
            let wrapped = "-----BEGIN CERTIFICATE-----\n\(Data(changed).base64EncodedString())\n-----END CERTIFICATE-----\n"
            if let facts = try? CertificateFacts(certificatePEM: Array(wrapped.utf8), keyPEM: nil) {
                #expect(!facts.names.isEmpty)
            }
        }
    }

    @Test(
        "times are those of the calendar",
        arguments: [
            ("700101000000Z", 0), ("491231235959Z", 2_524_607_999), ("500101000000Z", -631_152_000),
            ("000229120000Z", 951_825_600),
            ("20500101000000Z", 2_524_608_000), ("99991231235959Z", 253_402_300_799), ("21000228235959Z", 4_107_542_399),
            ("21000301000000Z", 4_107_542_400), ("7001010000Z", nil), ("700101000000", nil), ("700101000000+0100", nil),
            ("701301000000Z", nil), ("70010100000xZ", nil), ("", nil),
        ] as [(String, Int64?)])
    func times(text: String, expected: Int64?) {
        let tag = text.utf8.count > 13 ? DERReader.Tag.generalizedTime : DERReader.Tag.utcTime
        let element = DERReader.Element(tag: tag, content: Array(text.utf8)[...])
        #expect((try? CertificateTime.seconds(element)) == expected)
    }
}
