@testable import BeamRelease

/// Folders that are laid out as each tool lays out a release.
enum FakeRelease {
    static func write(
        _ tool: Release.Tool, in scratch: Scratch, at folder: String = "release", erts: String = "13.1.5",
        version: String = "0.1.0",
        includesERTS: Bool = true
    ) throws -> String {
        let releases = "\(folder)/releases"
        try scratch.file("\(releases)/start_erl.data", "\(erts) \(version)")
        try scratch.file("\(releases)/\(version)/shop.rel", resource(erts: erts, version: version))
        try scratch.file("\(releases)/\(version)/vm.args", "+P 300000\n")
        try scratch.file("\(releases)/\(version)/sys.config", "[].\n")
        try scratch.file("\(folder)/bin/shop", "#!/bin/sh\n", mode: 0o755)
        try scratch.file("\(folder)/lib/shop-\(version)/ebin/shop.app", "{application, shop, []}.\n")
        if includesERTS { try scratch.file("\(folder)/erts-\(erts)/bin/erl", "#!/bin/sh\n", mode: 0o755) }
        switch tool {
        case .mix:
            try scratch.file("\(releases)/\(version)/env.sh", "#!/bin/sh\nexport FROM_PROJECT=1\n", mode: 0o755)
            try scratch.file("\(releases)/\(version)/elixir", "#!/bin/sh\n", mode: 0o755)
            try scratch.file("\(releases)/\(version)/remote.vm.args", "## remote\n")
            try scratch.file("\(releases)/\(version)/runtime.exs", "import Config\n")
        case .rebar3: break
        case .distillery: try scratch.file("\(releases)/\(version)/libexec/env.sh", "#!/bin/sh\n")
        }
        return "\(scratch.path)/\(folder)"
    }

    static func resource(erts: String, version: String) -> String {
        """
        %% coding: utf-8
        {release,{"shop","\(version)"},
                 {erts,"\(erts)"},
                 [{kernel,"8.5.3",permanent},
                  {stdlib,"4.2",permanent},
                  {elixir,"1.14.0",permanent},
                  {shop,"\(version)",permanent},
                  {iex,"1.14.0",none},
                  {compiler,"8.2.3",load}]}.
        """
    }
}
