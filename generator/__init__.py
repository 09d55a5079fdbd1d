"""Evidence briefs that compile only if their evidence supports them.

The pipeline is a chain of typed, frozen values; each stage makes a new one and mutates nothing:

    load      files             -> Library, Problems
    appraise  Library           -> Evidence
    check     Library, Evidence -> Problems
    render    Library, Evidence -> Pages
    write     Pages             -> build/docs
    publish   build/docs        -> site/
"""
