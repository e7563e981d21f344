import FoundationEssentials
import HTTPTransport

/// What a Docker Engine refused or could not do, in its own words.
public struct DockerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of trouble it is; more may come.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// Stable, lower-case, with dashes.
        public let description: String

        /// Nothing answers where the Engine should be.
        public static let unreachable = Code(description: "docker-unreachable")
        /// It takes requests and answers none.
        public static let silent = Code(description: "docker-silent")
        /// This user may not speak to it.
        public static let denied = Code(description: "docker-denied")
        /// There is no such container, image or network.
        public static let notFound = Code(description: "docker-not-found")
        /// The name is taken, or what is asked for does not go with how things are.
        public static let conflict = Code(description: "docker-conflict")
        /// It refused.
        public static let refused = Code(description: "docker-refused")
        /// A build ended with an error.
        public static let buildFailed = Code(description: "docker-build-failed")
        /// `DOCKER_HOST` names what is not spoken here.
        public static let badHost = Code(description: "docker-bad-host")
        /// It answered what its interface does not know.
        public static let protocolBroken = Code(description: "docker-protocol")
    }

    /// What kind of trouble it is.
    public let code: Code
    /// Why, one line.
    public let reason: String
    /// What to do next, a command or a sentence.
    public let next: String?
    /// The last lines of output of a build that failed.
    public let output: [String]

    /// Makes one.
    public init(_ code: Code, _ reason: String, next: String? = nil, output: [String] = []) {
        (self.code, self.reason, self.next, self.output) = (code, reason, next, output)
    }

    /// `reason (next)`.
    public var description: String { reason + (next.map { " (\($0))" } ?? "") }

    init(status: Int, body: [UInt8], what: String) {
        struct Message: Decodable { var message: String }
        let said = (try? JSONDecoder().decode(Message.self, from: Data(body)))?.message
        let words = said ?? "status \(status)"
        let code: Code =
            switch status {
            case 404: .notFound
            case 409: .conflict
            default: .refused
            }
        self.init(code, "\(what): \(words.prefix(500))")
    }

    init(_ failure: HTTPFailure, host: DockerHost) {
        guard failure.reason != .denied else {
            self.init(
                .denied, "the Docker Engine at \(host) may not be used by this user: permission denied",
                next: "sudo usermod -aG docker $USER, log in again, then beamctl daemon stop; "
                    + "or an Engine of your own (rootless): export DOCKER_HOST=unix://$XDG_RUNTIME_DIR/docker.sock")
            return
        }
        let isPlain = failure.reason == .refused || failure.reason == .unresolved
        self.init(
            .unreachable, "no Docker Engine answers at \(host): \(isPlain ? failure.why : "\(failure)")",
            next: host.isStandard ? "sudo systemctl start docker, or sudo apt-get install docker.io" : "is DOCKER_HOST right?")
    }

    /// An Engine that takes requests and answers none.
    init(silentAt host: DockerHost) {
        self.init(
            .silent, "the Docker Engine at \(host) takes requests and answers none: it is stopped or hangs",
            next: "sudo systemctl restart docker; when somebody has frozen dockerd: kill -CONT its process")
    }

    /// Whether it is the Engine that is not heard, whatever was asked.
    public var isUnheard: Bool { [.unreachable, .silent, .denied].contains(code) }
}
