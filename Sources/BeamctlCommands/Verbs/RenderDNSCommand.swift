import ArgumentParser
import HeadlessDNS
import KubernetesPlatform
import NIOCore
import OCIImage

/// `beamctl render dns`.
struct RenderDNSCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dns", abstract: "Print the objects of Kubernetes that run beamctl's own cluster DNS.",
        discussion: """
            They run beamctl dns serve --kubernetes of an image of beamctl's own, which beamctl dns image makes: for kubectl apply -f -. A
            pod that becomes ready is in DNS as soon as the API server says so. The first lines say how names come to be asked of it.
            """)

    @OptionGroup var options: PlatformOptions
    @OptionGroup var format: FormatOptions
    @Option(help: ArgumentHelp("The image, with a tag or a digest.", valueName: "reference")) var image: String
    @Option(
        name: .customLong("cluster-ip"),
        help: ArgumentHelp("The address of its Service. (default: the cluster chooses)", valueName: "address"))
    var clusterAddress: String?
    @Option(help: "The cluster's domain.") var domain = "cluster.local"
    @Option(help: ArgumentHelp("How many there are.", valueName: "number")) var replicas = 2
    @Option(
        name: .customLong("pull-secret"),
        help: ArgumentHelp("A Secret that the image is pulled with. Can be given several times.", valueName: "name"))
    var pullSecrets: [String] = []

    @OptionGroup var server: ServerVersionOptions

    /// Where a cluster has its DNS.
    private static let namespace = "kube-system"

    func validate() throws {
        if let clusterAddress, (try? SocketAddress(ipAddress: clusterAddress, port: 53)) == nil {
            throw ValidationError("--cluster-ip '\(clusterAddress)' is no address")
        }
        if !(1...100).contains(replicas) { throw ValidationError("--replicas takes 1 to 100") }
        if domain.wholeMatch(of: /[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?/) == nil {
            throw ValidationError("--domain '\(domain)' is no domain such as cluster.local")
        }
    }

    func run() async throws {
        _ = try ImageReference(image)
        let terminal = Terminal(noColour: Surroundings.current().noColour)
        let objects = NameServerObjects(
            namespace: options.givenNamespace ?? Self.namespace, image: image,
            clusterAddress: clusterAddress, domain: domain, replicas: replicas, pullSecrets: pullSecrets, served: server.served)
        terminal.print(format.json ? objects.json : String(objects.yaml.dropLast()))
    }
}
