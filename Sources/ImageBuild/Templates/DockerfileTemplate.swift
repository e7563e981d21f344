import Mustache
public import OCIImage

/// The templates of Dockerfiles: Mustache (mustache.github.io), one for each kind of project.
public struct DockerfileTemplate: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// What it is for.
    public let summary: String

    /// Every template, in the order in which they are listed.
    public static let all = [
        DockerfileTemplate(
            name: "mix", summary: "an Elixir project, also an umbrella: dependencies cached, release built, runner"),
        DockerfileTemplate(name: "phoenix", summary: "the same with assets: set up once, compiled after the code"),
        DockerfileTemplate(name: "rebar3", summary: "an Erlang project"),
        DockerfileTemplate(name: "distillery", summary: "an Elixir project that Distillery releases"),
        DockerfileTemplate(name: "runner-only", summary: "a release that was built elsewhere, and nothing that builds"),
    ]

    /// The template of a name.
    public static func named(_ name: String) -> DockerfileTemplate? { all.first { $0.name == name } }

    /// Where a project keeps templates of its own, relative to its folder.
    public static let folder = ".beamctl/templates"

    /// The file of a project's own template.
    public var fileName: String { "\(name).Dockerfile.mustache" }

    /// The text that beamctl brings along, the parts that templates share written out.
    public var text: String {
        Self.texts.reduce(Self.texts[name] ?? "") { text, part in
            // The first line says of each text that it is no HTML.
            let lines = part.value.split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
            return text.replacing("{{> \(part.key)}}\n", with: lines.joined(separator: "\n"))
        }
    }

    /// Renders a template.
    ///
    /// - Parameter own: The project's own text; nil: that of beamctl.
    ///
    /// Throws `OCIError` `.badTemplate` with what Mustache says.
    public func render(_ facts: DockerfileFacts, own: String? = nil) throws(OCIError) -> String {
        let library: MustacheTemplate
        do {
            library = try MustacheTemplate(string: own ?? text)
        } catch {
            throw OCIError(
                .badTemplate, at: own == nil ? name : "\(Self.folder)/\(fileName)", "is no Mustache template: \(error)",
                next: "remove the file, or take the template again: beamctl templates eject \(name)")
        }
        let rendered = library.render(facts.values(template: name))
        // What a section leaves where there is nothing to say.
        var lines: [Substring] = []
        for line in rendered.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty, lines.last?.isEmpty ?? true { continue }
            lines.append(line)
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension OCIError.Code {
    /// A template of the project's own that cannot be read.
    public static let badTemplate = OCIError.Code("bad-template")
}
