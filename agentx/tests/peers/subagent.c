/* A sub-agent made with net-snmp's library: what the tests ask for, below the OID in the second argument.
 *
 *   .1  a number that can be set: its test fails for numbers over 100, its commit for 13, its undo for 14
 *   .2  a text that cannot be set
 *   .3  sends a notification when it is set
 *   .4  answers after as many seconds as it was set to
 *   .5  a table of ten rows: .5.1.1.INDEX
 */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>
#include <signal.h>
#include <unistd.h>

/* Not in every version's headers. */
int register_sysORTable(oid *, size_t, const char *);

static long number = 1;
static long before;
static long delay = 0;
static oid root[MAX_OID_LEN];
static size_t root_len;
static const char *log_file;

static void note(const char *phase)
{
    FILE *file = fopen(log_file, "a");
    if (file) {
        fprintf(file, "%s\n", phase);
        fclose(file);
    }
}

static int handle_number(netsnmp_mib_handler *handler, netsnmp_handler_registration *reginfo,
                         netsnmp_agent_request_info *reqinfo, netsnmp_request_info *requests)
{
    long wanted = requests->requestvb->val.integer ? *requests->requestvb->val.integer : 0;
    switch (reqinfo->mode) {
    case MODE_GET:
        snmp_set_var_typed_value(requests->requestvb, ASN_INTEGER, &number, sizeof(number));
        break;
    case MODE_SET_RESERVE1:
        note("test");
        if (requests->requestvb->type != ASN_INTEGER)
            netsnmp_set_request_error(reqinfo, requests, SNMP_ERR_WRONGTYPE);
        else if (wanted > 100)
            netsnmp_set_request_error(reqinfo, requests, SNMP_ERR_WRONGVALUE);
        break;
    case MODE_SET_RESERVE2:
        break;
    case MODE_SET_ACTION:
        note("commit");
        before = number;
        if (wanted == 13)
            netsnmp_set_request_error(reqinfo, requests, SNMP_ERR_COMMITFAILED);
        else
            number = wanted;
        break;
    case MODE_SET_UNDO:
        note("undo");
        if (number == 14)
            netsnmp_set_request_error(reqinfo, requests, SNMP_ERR_UNDOFAILED);
        else
            number = before;
        break;
    case MODE_SET_COMMIT:
        note("cleanup");
        break;
    case MODE_SET_FREE:
        note("free");
        break;
    }
    return SNMP_ERR_NOERROR;
}

static int handle_text(netsnmp_mib_handler *handler, netsnmp_handler_registration *reginfo,
                       netsnmp_agent_request_info *reqinfo, netsnmp_request_info *requests)
{
    static const char text[] = "made in C";
    snmp_set_var_typed_value(requests->requestvb, ASN_OCTET_STR, text, sizeof(text) - 1);
    return SNMP_ERR_NOERROR;
}

static void notify(void)
{
    static oid trap_oid[] = {1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0};
    oid name[MAX_OID_LEN];
    netsnmp_variable_list *vars = NULL;
    memcpy(name, root, root_len * sizeof(oid));
    name[root_len] = 0;
    name[root_len + 1] = 9;
    snmp_varlist_add_variable(&vars, trap_oid, OID_LENGTH(trap_oid), ASN_OBJECT_ID, name,
                              (root_len + 2) * sizeof(oid));
    name[root_len] = 1;
    name[root_len + 1] = 0;
    snmp_varlist_add_variable(&vars, name, root_len + 2, ASN_INTEGER, &number, sizeof(number));
    send_v2trap(vars);
    snmp_free_varbind(vars);
}

static int handle_trigger(netsnmp_mib_handler *handler, netsnmp_handler_registration *reginfo,
                          netsnmp_agent_request_info *reqinfo, netsnmp_request_info *requests)
{
    static long zero = 0;
    if (reqinfo->mode == MODE_GET)
        snmp_set_var_typed_value(requests->requestvb, ASN_INTEGER, &zero, sizeof(zero));
    else if (reqinfo->mode == MODE_SET_COMMIT)
        notify();
    return SNMP_ERR_NOERROR;
}

static int handle_delay(netsnmp_mib_handler *handler, netsnmp_handler_registration *reginfo,
                        netsnmp_agent_request_info *reqinfo, netsnmp_request_info *requests)
{
    if (reqinfo->mode == MODE_GET) {
        if (delay)
            sleep(delay);
        snmp_set_var_typed_value(requests->requestvb, ASN_INTEGER, &delay, sizeof(delay));
    } else if (reqinfo->mode == MODE_SET_ACTION) {
        delay = *requests->requestvb->val.integer;
    }
    return SNMP_ERR_NOERROR;
}

static netsnmp_variable_list *first_row(void **loop, void **data, netsnmp_variable_list *index,
                                        netsnmp_iterator_info *info);

static netsnmp_variable_list *next_row(void **loop, void **data, netsnmp_variable_list *index,
                                       netsnmp_iterator_info *info)
{
    static long rows[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    size_t at = (size_t) *loop;
    if (at >= 10)
        return NULL;
    *loop = (void *) (at + 1);
    *data = &rows[at];
    snmp_set_var_typed_value(index, ASN_INTEGER, &rows[at], sizeof(long));
    return index;
}

static netsnmp_variable_list *first_row(void **loop, void **data, netsnmp_variable_list *index,
                                        netsnmp_iterator_info *info)
{
    *loop = (void *) 0;
    return next_row(loop, data, index, info);
}

static int handle_table(netsnmp_mib_handler *handler, netsnmp_handler_registration *reginfo,
                        netsnmp_agent_request_info *reqinfo, netsnmp_request_info *requests)
{
    netsnmp_request_info *request;
    for (request = requests; request; request = request->next) {
        long *row = (long *) netsnmp_extract_iterator_context(request);
        if (reqinfo->mode != MODE_GET)
            continue;
        if (!row)
            netsnmp_set_request_error(reqinfo, request, SNMP_NOSUCHINSTANCE);
        else
            snmp_set_var_typed_value(request->requestvb, ASN_INTEGER, row, sizeof(*row));
    }
    return SNMP_ERR_NOERROR;
}

static void scalar(const char *name, oid number, Netsnmp_Node_Handler *handler, int modes)
{
    oid where[MAX_OID_LEN];
    memcpy(where, root, root_len * sizeof(oid));
    where[root_len] = number;
    netsnmp_register_scalar(
        netsnmp_create_handler_registration(name, handler, where, root_len + 1, modes));
}

/* 1.3.6..., without any MIB. */
static int read_root(const char *text)
{
    char *end;
    for (root_len = 0; root_len < MAX_OID_LEN; text = end + 1) {
        root[root_len++] = strtoul(text, &end, 10);
        if (*end != '.')
            return *end == 0;
    }
    return 0;
}

int main(int argc, char **argv)
{
    oid where[MAX_OID_LEN];
    netsnmp_table_registration_info *table;
    netsnmp_iterator_info *iterator;

    if (argc != 4 || !read_root(argv[2]))
        return 2;
    log_file = argv[3];
    signal(SIGPIPE, SIG_IGN);
    snmp_enable_stderrlog();
    netsnmp_ds_set_boolean(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_ROLE, 1);
    netsnmp_ds_set_string(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_X_SOCKET, argv[1]);
    netsnmp_ds_set_int(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_AGENTX_PING_INTERVAL, 1);
    init_agent("tests");
    scalar("number", 1, handle_number, HANDLER_CAN_RWRITE);
    scalar("text", 2, handle_text, HANDLER_CAN_RONLY);
    scalar("trigger", 3, handle_trigger, HANDLER_CAN_RWRITE);
    scalar("delay", 4, handle_delay, HANDLER_CAN_RWRITE);
    memcpy(where, root, root_len * sizeof(oid));
    where[root_len] = 5;
    table = SNMP_MALLOC_TYPEDEF(netsnmp_table_registration_info);
    netsnmp_table_helper_add_indexes(table, ASN_INTEGER, 0);
    table->min_column = 1;
    table->max_column = 1;
    iterator = SNMP_MALLOC_TYPEDEF(netsnmp_iterator_info);
    iterator->get_first_data_point = first_row;
    iterator->get_next_data_point = next_row;
    iterator->table_reginfo = table;
    netsnmp_register_table_iterator(
        netsnmp_create_handler_registration("table", handle_table, where, root_len + 1, HANDLER_CAN_RONLY),
        iterator);
    init_snmp("tests");
    register_sysORTable(root, root_len, "made in C");
    for (;;)
        agent_check_and_process(1);
}
