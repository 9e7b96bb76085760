/* The page's style sheet and script, cli/report/report.css and report.js, as they are in the
 * sources, and what a Content-Security-Policy calls them: 'sha256-…'. */
#ifndef CAULK_REPORT_FILES_H
#define CAULK_REPORT_FILES_H

extern const char report_style[], report_style_hash[];
extern const char report_script[], report_script_hash[];

#endif
