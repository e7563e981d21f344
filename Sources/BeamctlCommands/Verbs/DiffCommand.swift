import AppManifest
import ArgumentParser
import Deploying
import FleetModel
import KubernetesPlatform
import OCIImage

/// `beamctl diff [APP|DIR]`: what a deploy would change in a cluster.
struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Show what a deploy would change in a cluster, as its server says.",
        discussion: "Nothing is built and nothing is changed. Secrets are not shown. Exit code 1 when something would be changed."
    )

    @OptionGroup var options: PlatformOptions
    @Option(
        help: ArgumentHelp(
            "The image, with a tag or a digest. (default: the one that is deployed)", valueName: "reference"))
    var image: String?
    @Argument(help: "The project's folder, or its app's name.") var project: String?

    func run() async throws {
        let hasChanges = try await Session.run(options, of: project) { session in
            guard let cluster = session.cluster else {
                throw CommandFailure(
                    "invalid_request", "diff asks a cluster what it would make of a deploy, and this is a machine",
                    hint: "beamctl config --diff shows what replicas here get", exitCode: CommandFailure.Exit.usage)
            }
            let folder = try AppName.projectToDeploy(project, in: session.surroundings)
            let spec = try Manifest.loadReading(
                path: folder + "/" + Manifest.fileName, environment: options.environment,
                variables: session.surroundings.environment
            ).spec
            let key = AppKey(namespace: session.namespace(options), app: spec.app)
            let request = DeployRequest(
                namespace: key.namespace, spec: spec, release: try await release(key, folder, spec, session),
                origin: RevisionOrigin(user: session.surroundings.user))
            let differences = try await cluster.difference(request)
            for difference in differences { show(difference, session.terminal) }
            if differences.isEmpty { session.terminal.say("a deploy would change nothing") }
            return !differences.isEmpty
        }
        if hasChanges { throw ExitCode(1) }
    }

    private func release(_ key: AppKey, _ folder: String, _ spec: AppSpec, _ session: Session) async throws -> StoredRelease {
        if let image {
            return try await PromotedImage(session: session, report: StepReport(session.terminal), folder: folder, spec: spec)
                .release(image)
        }
        do {
            return try await session.platform.status(of: key).revision.release
        } catch let error as PlatformError where error.code == .appNotFound {
            throw CommandFailure(
                "app_not_found", "'\(key.app)' is not deployed in namespace \(key.namespace) yet, and its image is not known",
                hint: "beamctl diff --image REFERENCE shows all that its first deploy would make")
        }
    }

    private func show(_ difference: ObjectDifference, _ terminal: Terminal) {
        terminal.print(terminal.styled("--- \(difference.object)\(difference.before == nil ? " (new)" : "")", .strong))
        for line in LineDifference.lines(difference.before ?? "", difference.after ?? "") {
            switch line.first {
            case "-": terminal.print(terminal.styled(line, .bad))
            case "+": terminal.print(terminal.styled(line, .good))
            default: terminal.print(line)
            }
        }
    }
}

/// The lines of a text that changed, with a few around them.
enum LineDifference {
    private static let around = 3

    /// Each line with ` `, `-` or `+` before it; where lines are left out stands `@@`.
    static func lines(_ before: String, _ after: String) -> [String] {
        let (old, new) = (before.split(separator: "\n").map(String.init), after.split(separator: "\n").map(String.init))
        let changes = new.difference(from: old)
        let removed = Set(changes.removals.map(\.place)), inserted = Set(changes.insertions.map(\.place))
        var all: [String] = []
        var (i, j) = (0, 0)
        while i < old.count || j < new.count {
            if removed.contains(i) {
                all.append("-" + old[i])
                i += 1
            } else if inserted.contains(j) {
                all.append("+" + new[j])
                j += 1
            } else {
                all.append(" " + old[i])
                (i, j) = (i + 1, j + 1)
            }
        }
        let changed = all.indices.filter { !all[$0].hasPrefix(" ") }
        var shown: [String] = []
        var last = -1
        for place in all.indices where changed.contains(where: { abs($0 - place) <= around }) {
            if place > last + 1 { shown.append("@@") }
            shown.append(all[place])
            last = place
        }
        return shown
    }
}

extension CollectionDifference.Change {
    fileprivate var place: Int {
        switch self {
        case .insert(let offset, _, _), .remove(let offset, _, _): offset
        }
    }
}
