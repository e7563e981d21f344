import ArgumentParser
import ControlAPI
import FleetModel
import Foundation
import Glibc

/// `beamctl certificates list|add|remove`: what the entrance shows for HTTPS.
struct CertificatesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certificates",
        abstract: "The certificates that the entrance shows for HTTPS, to clients that ask for one of their names.",
        discussion: """
            They are the machine's, not an app's. One for the same names takes the place of the one before, for connections from then on:
            certbot's --deploy-hook 'beamctl certificates add $RENEWED_LINEAGE/fullchain.pem $RENEWED_LINEAGE/privkey.pem' keeps it new.
            """,
        subcommands: [ListThem.self, Add.self, Remove.self], defaultSubcommand: ListThem.self)

    /// `certificates list`.
    struct ListThem: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "Show them, and until when they hold.")
        @OptionGroup var options: PlatformOptions
        @OptionGroup var format: FormatOptions

        func run() async throws {
            try await Session.run(options) { session in
                let all = try await session.certificateDaemon.certificates()
                if format.json { return session.terminal.print(try JSONOutput.text(all)) }
                guard !all.isEmpty else {
                    return session.terminal.say("no certificates; try: beamctl certificates add fullchain.pem privkey.pem")
                }
                var table = TextTable("ID", "HOLDS", "ISSUER", "HOSTS")
                let now = Timestamp.now
                for one in all {
                    table.add([
                        one.id, CertificatesCommand.words(one, now), TextTable.oneLine(one.issuer, longest: 30),
                        one.names.joined(separator: ", "),
                    ])
                }
                table.lines().forEach(session.terminal.print)
            }
        }
    }

    /// `certificates add CERTIFICATE KEY`.
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "add", abstract: "Show a certificate from now on.")
        @OptionGroup var options: PlatformOptions
        @OptionGroup var format: FormatOptions
        @Argument(help: "The certificate in PEM, and after it those that lead to its issuer: fullchain.pem.") var certificate:
            String
        @Argument(help: "Its private key in PEM: privkey.pem.") var key: String

        func run() async throws {
            let request = CertificateRequest(certificate: try Self.read(certificate), key: try Self.read(key))
            try await Session.run(options) { session in
                let report = try await session.certificateDaemon.addCertificate(request)
                if format.json { return session.terminal.print(try JSONOutput.text(report)) }
                session.terminal.print(
                    "HTTPS for \(report.names.joined(separator: ", ")): \(CertificatesCommand.words(report, .now))")
                if let warning = report.warning { session.terminal.say("warning: \(warning)") }
            }
        }

        /// A certificate is a few kilobytes; the bound is the entrance's own.
        private static func read(_ path: String) throws -> String {
            guard let handle = FileHandle(forReadingAtPath: path) else {
                throw CommandFailure("file", "cannot read \(path): \(String(cString: strerror(errno)))")
            }
            let data = try handle.read(upToCount: (256 << 10) + 1) ?? Data()
            guard data.count <= 256 << 10 else {
                throw CommandFailure("file", "\(path) has more than 256 KiB, and is no certificate and no key")
            }
            return String(decoding: data, as: UTF8.self)
        }
    }

    /// `certificates remove ID`.
    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Show a certificate no more, and forget its key.")
        @OptionGroup var options: PlatformOptions
        @Argument(help: "Its ID, from the list.") var id: String

        func validate() throws {
            guard id.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }), !id.isEmpty else {
                throw ValidationError("'\(id)' is no ID of a certificate: beamctl certificates list")
            }
        }

        func run() async throws {
            try await Session.run(options) { session in
                try await session.certificateDaemon.removeCertificate(id)
                session.terminal.print("\(id) is removed")
            }
        }
    }

    /// `for 89d`, `since 3d no more`.
    static func words(_ report: CertificateReport, _ now: Timestamp) -> String {
        if report.notBefore > now {
            return "in " + Quantity.age(seconds: Int(report.notBefore.since(now).components.seconds)) + " only"
        }
        let left = Int(report.notAfter.since(now).components.seconds)
        return left > 0 ? "for \(Quantity.age(seconds: left))" : "no more since \(Quantity.age(seconds: -left))"
    }
}
