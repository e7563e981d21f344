public import FleetModel
import JSONText
import KubernetesClient

/// A Kubernetes cluster as a platform: everything that is known of an app lives in the cluster, and nothing of ours runs there but what
/// is in the pods.
public struct ClusterPlatform: Platform {
    let client: KubernetesClient
    /// How a program of ours does something in the cluster, for what needs a terminal or outlives a call.
    let helper: ClusterHelper
    /// Whether fields that others own are taken over.
    let forcesConflicts: Bool
    let rehearsals = Rehearsals()

    /// Finds the cluster as kubectl does. Nothing is asked yet.
    ///
    /// - Parameters:
    ///   - context: The context of the kubeconfig; nil: the current one.
    ///   - helper: How beamctl is called for what runs beside this process.
    ///   - forcesConflicts: Whether fields that others own are taken over.
    ///   - onLine: Hears what a program says to its user that gives credentials.
    /// - Throws: ``PlatformError`` when the kubeconfig does not say what is needed.
    public init(
        context: String?, helper: ClusterHelper, forcesConflicts: Bool = false,
        onLine: @escaping @Sendable (String) -> Void = { _ in }
    ) throws {
        let access: ClusterAccess
        do throws(KubernetesError) {
            access = try ClusterAccess.find(context: context, environment: helper.environment)
        } catch {
            throw PlatformError(error)
        }
        client = KubernetesClient(access, environment: helper.environment, onLine: onLine)
        self.helper = helper.using(context: context)
        self.forcesConflicts = forcesConflicts
    }

    /// Closes every connection; has to be called in the end.
    public func shutdown() async { await client.shutdown() }

    /// The context of the kubeconfig, and the server's address.
    public var place: String { "\(client.access.context) (\(client.access.server))" }

    /// Pods run images, which the cluster pulls from a registry.
    public func releaseIntake() async throws -> ReleaseIntake { .registry }

    /// Throws: no Docker Engine is at hand there.
    public func imageIntake() async throws -> ImageIntake {
        throw PlatformError(
            .invalidRequest, "runtime: docker is for a machine with a Docker Engine: pods run the app's image as it is",
            hint: "leave runtime out")
    }

    /// Has errors of the cluster told as those of a platform.
    func translating<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch {
            throw PlatformError.translating(error)
        }
    }
}

/// How beamctl is called by itself.
public struct ClusterHelper: Sendable {
    /// The absolute path of beamctl.
    public var program: String
    /// The user's environment.
    public var environment: [String: String]
    /// The working directory.
    public var directory: String
    private var arguments: [String] = []

    /// Makes one.
    public init(program: String, environment: [String: String], directory: String) {
        (self.program, self.environment, self.directory) = (program, environment, directory)
    }

    func using(context: String?) -> ClusterHelper {
        var helper = self
        helper.arguments = context.map { ["--context", $0] } ?? []
        return helper
    }

    /// `beamctl host VERB …` as a program.
    func call(_ verb: String, _ words: [String], input: String? = nil) -> ProgramCall {
        ProgramCall(
            executable: program, arguments: ["host", verb] + arguments + words, environment: environment, directory: directory,
            standardInput: input)
    }
}
